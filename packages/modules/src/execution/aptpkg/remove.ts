// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import { environmentOf } from './install.ts'
import { changesBetween, type Inventory, readInventory, type Versions } from './inventory.ts'
import { checkedGlob, checkedName, isGlob } from './names.ts'
import { packageProblem } from './problems.ts'
import { runChange, runProgram, wordsOf } from './programs.ts'
import { type Named, wantedPackages } from './targets.ts'

/** What is asked of `pkg.remove` and `pkg.purge`. */
export interface RemoveRequest extends Named {
  readonly action: 'remove' | 'purge'
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** `pkg.remove` and `pkg.purge`: what changed. Rejects with COMMAND_FAILED, `data` then has the changes. */
export async function removePackages(ctx: ExecContext, request: RemoveRequest): Promise<DataMap> {
  const { action } = request
  const wanted = [...wantedPackages(ctx, { name: request.name, pkgs: request.pkgs }).keys()]
  const before = await readInventory(ctx)
  const targets = targetsIn(before, wanted, action)
  if (targets.length === 0) return {}
  const env = environmentOf(request.kwargs)
  const result = await runChange(ctx, ['apt-get', '-q', '-y', action, ...targets], { env })
  const after = await readInventory(ctx)
  const changes = changesBetween(before.installed, after.installed)
  if (result.retcode !== 0) {
    const errors = [wordsOf(result)]
    throw packageProblem('Problem encountered removing package(s)', { errors, changes })
  }
  if (action === 'remove') return mapOf([...changes])
  const removed = changesBetween(before.removed, after.removed)
  return { removed: mapOf([...removed]), installed: mapOf([...changes]) }
}

/** `pkg.autoremove`: what changed, or with `list_only` the sorted names of what would go. */
export async function autoremove(
  ctx: ExecContext,
  { list_only: isList, purge }: { readonly list_only: boolean; readonly purge: boolean },
): Promise<DataMap | readonly string[]> {
  const words = [...(purge ? ['--purge'] : []), 'autoremove']
  if (isList) return removalsIn((await runProgram(ctx, ['apt-get', '--assume-no', ...words])).stdout)
  const before = (await readInventory(ctx)).installed
  const result = await runChange(ctx, ['apt-get', '--assume-yes', ...words])
  const changes = changesBetween(before, (await readInventory(ctx)).installed)
  if (result.retcode === 0) return mapOf([...changes])
  const errors = [wordsOf(result)]
  throw packageProblem('Problem encountered removing package(s)', { errors, changes })
}

/** What apt-get says it would remove, sorted. */
export function removalsIn(text: string): string[] {
  const [, after = ''] = text.split('The following packages will be REMOVED:\n')
  const names: string[] = []
  for (const line of after.split('\n')) {
    if (!line.startsWith(' ')) break
    names.push(...line.trim().split(/\s+/))
  }
  return names.sort()
}

function targetsIn(inventory: Inventory, wanted: readonly string[], action: 'remove' | 'purge'): string[] {
  const lists: readonly Versions[] =
    action === 'purge' ? [all(inventory), inventory.removed] : [all(inventory)]
  const names = lists.flatMap((list) => wanted.flatMap((one) => matching(list, one)))
  return [...new Set(names)]
}

/** What `pkg.list_pkgs` shows. */
function all({ installed, purgeDesired }: Inventory): Versions {
  return new Map([...purgeDesired, ...installed])
}

function matching(list: Versions, name: string): string[] {
  if (!isGlob(name)) return list.has(checkedName(name)) ? [name] : []
  checkedGlob(name)
  return [...list.keys()].filter((one) => fnmatch(one, name))
}

// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, isTruthy, mapOf, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { latestVersions } from './candidates.ts'
import { setHolds } from './hold.ts'
import { type InstallPlan, plannedInstall } from './install-plan.ts'
import { changesBetween, readInventory, textOf } from './inventory.ts'
import { checkedRelease } from './names.ts'
import { packageProblem } from './problems.ts'
import { outputOf, runChange, wordsOf } from './programs.ts'
import { cacheValidTimeOf, refreshDatabase } from './refresh.ts'
import { readSelections } from './selections.ts'
import { isGiven, type Named, sourcePath, wantedPackages } from './targets.ts'

/** What is asked of `pkg.install`. */
export interface InstallRequest extends Named {
  readonly refresh: boolean
  readonly fromrepo?: string | undefined
  readonly skip_verify: boolean
  readonly debconf?: string | undefined
  readonly reinstall: boolean
  readonly downloadonly: boolean
  readonly ignore_epoch: boolean
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** `pkg.install`: name → old and new version of what changed. Rejects with COMMAND_FAILED, `data` then has the changes. */
export async function installPackages(ctx: ExecContext, request: InstallRequest): Promise<DataMap> {
  if (isGiven(request.pkgs) && isGiven(request.sources))
    throw new SaltError('ARGUMENTS_INVALID', 'Only one of "pkgs" and "sources" can be used.')
  if (await isRefreshDue(ctx, request))
    await refreshDatabase(ctx, { cacheValidTime: cacheValidTimeOf(request.kwargs) })
  if (request.debconf !== undefined) await answerQuestions(ctx, request.debconf, saltenvOf(request))
  const before = (await readInventory(ctx)).installed
  const plan = await plannedInstall(ctx, { ...request, installed: before, saltenv: saltenvOf(request) })
  const errors = [...plan.errors]
  const commands = commandsFor(request, plan)
  if (commands.length > 0)
    errors.push(...(await runAll(ctx, { commands, plan, env: environmentOf(request.kwargs) })))
  const after = (await readInventory(ctx)).installed
  const changes = changesBetween(before, after)
  for (const name of plan.reinstalled.keys())
    if (!changes.has(name)) changes.set(name, { old: textOf(before, name), new: textOf(after, name) })
  if (errors.length > 0)
    throw packageProblem('Problem encountered installing package(s)', { errors, changes })
  return mapOf([...changes])
}

/** Which options of apt-get keep or replace configuration files that were edited. */
export function configurationWords(kwargs: Readonly<Record<string, unknown>>): readonly string[] {
  const options = isTruthy(kwargs['force_conf_new'] ?? false)
    ? ['--force-confnew']
    : ['--force-confold', '--force-confdef']
  return options.flatMap((option) => ['-o', `DPkg::Options::=${option}`])
}

/** What Salt's `force_yes` stands for; apt does not know that word any more. */
export function forceWords(kwargs: Readonly<Record<string, unknown>>): readonly string[] {
  if (!isTruthy(kwargs['force_yes'] ?? false)) return []
  const what = ['downgrades', 'remove-essential', 'change-held-packages', 'unauthenticated']
  return what.map((one) => `--allow-${one}`)
}

/** Not when everything that is asked for is the version that apt knows as the newest. */
async function isRefreshDue(ctx: ExecContext, request: InstallRequest): Promise<boolean> {
  if (!request.refresh) return false
  if (isGiven(request.sources)) return true
  const wanted = wantedPackages(ctx, request)
  if ([...wanted.values()].includes(undefined)) return true
  const query = { refresh: false, cacheValidTime: 0, showInstalled: true }
  const known = await latestVersions(ctx, { ...query, names: [...wanted.keys()] })
  return [...wanted].some(([name, version]) => known.get(name) !== version)
}

async function answerQuestions(ctx: ExecContext, file: string, saltenv: string): Promise<void> {
  const path = await sourcePath(ctx, { name: 'debconf', source: file, saltenv })
  await outputOf(ctx, ['debconf-set-selections', path])
}

function commandsFor(request: InstallRequest, plan: InstallPlan): readonly (readonly string[])[] {
  const { kwargs, fromrepo = kwargs['repo'] } = request
  const recommends = kwargs['install_recommends']
  const release =
    fromrepo === undefined || plan.isFromFiles ? [] : ['-t', checkedRelease(pythonStr(fromrepo))]
  const words = [
    ...['apt-get', '-q', '-y'],
    ...forceWords(kwargs),
    ...configurationWords(kwargs),
    ...(recommends === undefined
      ? []
      : [isTruthy(recommends) ? '--install-recommends' : '--no-install-recommends']),
    ...(isTruthy(kwargs['only_upgrade'] ?? false) ? ['--only-upgrade'] : []),
    ...(request.skip_verify ? ['--allow-unauthenticated'] : []),
    ...(request.downloadonly ? ['--download-only'] : []),
    ...release,
  ]
  const command = (packages: Iterable<string>, ...more: string[]) => {
    const all = [...packages]
    return all.length === 0 ? [] : [[...words, ...more, 'install', ...all]]
  }
  return [
    ...command(plan.installed),
    ...command(plan.downgraded, '--allow-downgrades'),
    ...command(plan.reinstalled.values(), '--reinstall'),
  ]
}

interface Run {
  readonly commands: readonly (readonly string[])[]
  readonly plan: InstallPlan
  readonly env: Readonly<Record<string, string>>
}

/** Packages that are held are released for this; the words of what failed. */
async function runAll(ctx: ExecContext, { commands, plan, env }: Run): Promise<readonly string[]> {
  const held = (await readSelections(ctx)).get('hold') ?? []
  const released = held.filter((name) => plan.names.has(name))
  if (released.length > 0) await setHolds(ctx, { names: released, isHeld: false })
  const errors: string[] = []
  try {
    for (const command of commands) {
      const result = await runChange(ctx, command, { env })
      if (result.retcode !== 0) errors.push(wordsOf(result))
    }
  } finally {
    if (released.length > 0) await setHolds(ctx, { names: released, isHeld: true })
  }
  return errors
}

function saltenvOf({ kwargs }: InstallRequest): string {
  return pythonStr(kwargs['saltenv'] ?? 'base')
}

/** Variables in the keyword `env`: a map, or a list of maps. */
export function environmentOf(kwargs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const given = kwargs['env'] ?? []
  const maps = (Array.isArray(given) ? given : [given]).filter(isMap)
  return Object.fromEntries(
    maps.flatMap((map) => entriesOf(map).map(([key, value]) => [pythonStr(key), pythonStr(value)])),
  )
}

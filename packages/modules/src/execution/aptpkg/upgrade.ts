// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isTruthy, mapOf, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { releaseOf } from './candidates.ts'
import { configurationWords, environmentOf, forceWords } from './install.ts'
import { changesBetween, readInventory } from './inventory.ts'
import { checkedName, checkedRelease } from './names.ts'
import { packageProblem } from './problems.ts'
import { runChange, runProgram, wordsOf } from './programs.ts'
import { cacheValidTimeOf, refreshDatabase } from './refresh.ts'

/** What is asked of `pkg.upgrade` and `pkg.list_upgrades`. */
export interface UpgradeRequest {
  readonly refresh: boolean
  readonly dist_upgrade: boolean
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** `pkg.upgrade`: what changed. Rejects with COMMAND_FAILED, `data` then has the changes. */
export async function upgradeAll(ctx: ExecContext, request: UpgradeRequest): Promise<DataMap> {
  const { kwargs, refresh } = request
  if (refresh) await refreshDatabase(ctx, { cacheValidTime: cacheValidTimeOf(kwargs) })
  const before = (await readInventory(ctx)).installed
  const result = await runChange(ctx, upgradeCommand(request), { env: environmentOf(kwargs) })
  const changes = changesBetween(before, (await readInventory(ctx)).installed)
  if (result.retcode === 0) return mapOf([...changes])
  const errors = [wordsOf(result)]
  throw packageProblem('Problem encountered upgrading packages', { errors, changes })
}

/** `pkg.list_upgrades`: name → version. Rejects with COMMAND_FAILED. */
export async function listUpgrades(ctx: ExecContext, request: UpgradeRequest): Promise<Map<string, string>> {
  const { kwargs, refresh, dist_upgrade: isWhole } = request
  if (refresh) await refreshDatabase(ctx, { cacheValidTime: cacheValidTimeOf(kwargs) })
  const release = releaseOf(kwargs)
  const words = release === undefined ? [] : ['-o', `APT::Default-Release=${checkedRelease(release)}`]
  const result = await runProgram(ctx, [
    'apt-get',
    '--just-print',
    isWhole ? 'dist-upgrade' : 'upgrade',
    ...words,
  ])
  if (result.retcode !== 0)
    throw new SaltError('COMMAND_FAILED', `Failed to get upgrades: ${wordsOf(result)}`)
  return upgradesIn(result.stdout)
}

/** Lines such as `Conf libxfont1 (1:1.4.5-1 Debian:testing [i386])`. */
export function upgradesIn(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/^Conf ([^ ]+) \(([^ ]+)/gm)].map(([, name = '', version = '']) => [name, version]),
  )
}

function upgradeCommand({ kwargs, dist_upgrade: isWhole }: UpgradeRequest): readonly string[] {
  const names = Array.isArray(kwargs['pkgs'])
    ? kwargs['pkgs'].map((name) => checkedName(pythonStr(name)))
    : []
  const asks = (...words: string[]) => words.some((name) => isTruthy(kwargs[name] ?? false))
  return [
    ...['apt-get', '-q', '-y'],
    ...configurationWords(kwargs),
    ...forceWords(kwargs),
    ...(asks('skip_verify') ? ['--allow-unauthenticated'] : []),
    ...(asks('download_only', 'downloadonly') ? ['--download-only'] : []),
    ...(asks('allow_downgrades') ? ['--allow-downgrades'] : []),
    ...(names.length > 0 ? ['--only-upgrade', 'install', ...names] : [isWhole ? 'dist-upgrade' : 'upgrade']),
  ]
}

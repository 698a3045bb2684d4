// SPDX-License-Identifier: Apache-2.0
import { type DataMap, equal, keysOf, mapOf, pythonStr, valueAt } from '@halite/core'
import { type ExecContext, Failed, failed } from '@halite/loader'
import { planInstall } from '@halite/winrepo'
import { describeDownloaded, downloadedInstallers } from './installer-cache.ts'
import { saltenvOf } from './place.ts'
import { prepare, type Request } from './preparation.ts'
import { repositoryOf } from './repository.ts'

/** `pkg.list_downloaded`. */
export async function listDownloaded(ctx: ExecContext, given: unknown): Promise<DataMap> {
  const saltenv = saltenvOf(ctx, given)
  return describeDownloaded(ctx, await downloadedInstallers(ctx, saltenv, await repositoryOf(ctx, saltenv)))
}

/** `pkg.install` with `downloadonly`: fetches and verifies installers, and returns what the list of them has more. */
export async function downloadPackages(ctx: ExecContext, request: Request): Promise<unknown> {
  const saltenv = request.kwargs['saltenv']
  const before = await listDownloaded(ctx, saltenv)
  const prepared = await prepare(ctx, request, {
    mayBeOld: false,
    plan: (wish, known) => planInstall(wish, known, { force: true }),
  })
  if (prepared instanceof Failed) return prepared
  const changes = changesOf(before, await listDownloaded(ctx, saltenv))
  const shown = mapOf([...prepared.answers, ...changes] as [string, unknown][])
  return prepared.answers.size === 0 ? shown : failed(shown, 1)
}

function changesOf(before: DataMap, after: DataMap): [string, object][] {
  return keysOf(after).flatMap((key): [string, object][] => {
    const [old, now] = [valueAt(before, key) ?? '', valueAt(after, key)]
    return equal(old, now) ? [] : [[pythonStr(key), { old, new: now }]]
  })
}

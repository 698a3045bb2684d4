// SPDX-License-Identifier: Apache-2.0
import { sep } from 'node:path'
import { type DataMap, mapOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type Repository, textOf, type VersionData } from '@halite/winrepo'
import { schemeOf } from '../file/sources.ts'
import { placeOf, servesItself } from './place.ts'

/** A version of a package whose installer is on this machine. */
export interface Downloaded {
  readonly name: string
  readonly version: string
  readonly path: string
}

const fileSettings = ['installer', 'uninstaller', 'cache_file']

/** The installers of the repository of which this machine has a copy; of those that it serves itself, the files. */
export async function downloadedInstallers(
  ctx: ExecContext,
  saltenv: string,
  { packages }: Repository,
): Promise<Downloaded[]> {
  const found: Downloaded[] = []
  for (const [name, versions] of packages) {
    for (const [version, settings] of versions) {
      const path = await copyOf(ctx, textOf(settings, 'installer'), saltenv)
      if (path !== undefined) found.push({ name, version, path })
    }
  }
  return found
}

/** `pkg.list_downloaded`: name → version → its file. */
export async function describeDownloaded(
  { fs }: ExecContext,
  downloaded: readonly Downloaded[],
): Promise<DataMap> {
  const packages = new Map<string, [string, object][]>()
  for (const { name, version, path } of downloaded) {
    const file = await fs.stat(path)
    if (file === undefined) continue
    const seconds = Math.floor(file.mtimeMs / 1000)
    const facts = {
      path,
      size: file.size,
      creation_date_time_t: seconds,
      creation_date_time: new Date(seconds * 1000).toISOString().slice(0, 19),
    }
    packages.set(name, [...(packages.get(name) ?? []), [version, facts]])
  }
  return mapOf([...packages].map(([name, versions]): [string, unknown] => [name, mapOf(versions)]))
}

async function copyOf(ctx: ExecContext, url: string, saltenv: string): Promise<string | undefined> {
  const scheme = schemeOf(url)
  if (scheme === '') return undefined
  const kept = await ctx.files.isCached(url, { saltenv })
  if (kept !== undefined || scheme !== 'salt' || !servesItself(ctx)) return kept
  return ctx.files.cacheFile(url, { saltenv })
}

/**
 * Removes copies of installers, and of what was fetched with them, that are older than `winrepo_installer_cache_expire` seconds; 0
 * keeps them.
 */
export async function expireInstallers(
  ctx: ExecContext,
  saltenv: string,
  repository: Repository,
): Promise<void> {
  const seconds = Number(ctx.options['winrepo_installer_cache_expire'])
  if (!(seconds > 0)) return
  const limitMs = Date.now() - seconds * 1000
  for (const path of await copiesOf(ctx, saltenv, repository)) {
    const file = await ctx.fs.stat(path, { followLinks: false })
    if (file?.type !== 'file' || file.mtimeMs > limitMs) continue
    await ctx.fs.remove(path)
    ctx.log.info(`${path} is removed: it is older than winrepo_installer_cache_expire`)
  }
}

/** Copies of what definitions name, and what else lies beside the copies of the definitions. */
async function copiesOf(
  ctx: ExecContext,
  saltenv: string,
  { packages }: Repository,
): Promise<ReadonlySet<string>> {
  const { directory, database, rendered } = await placeOf(ctx, saltenv)
  const beside = (await ctx.files.listCached({ saltenv })).filter(
    (path) => path.startsWith(`${directory}${sep}`) && !path.endsWith('.sls'),
  )
  const paths = new Set(beside)
  for (const url of urlsOf([...packages.values()].flatMap((versions) => [...versions.values()]))) {
    const path = await ctx.files.isCached(url, { saltenv })
    if (path !== undefined) paths.add(path)
  }
  for (const own of [database, rendered]) paths.delete(own)
  return paths
}

function urlsOf(versions: readonly VersionData[]): Set<string> {
  const files = versions.flatMap((settings) => fileSettings.map((name) => textOf(settings, name)))
  return new Set(files.filter((file) => schemeOf(file) !== ''))
}

// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** Files by path with the processes that have them open, or the other way round. On Linux, by `/proc`. */
export async function openFiles(ctx: ExecContext, byPid: boolean): Promise<DataMap> {
  const files = new Map<string, Set<number>>()
  const pids = new Map<number, Set<string>>()
  for (const name of await ctx.fs.list('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const pid = Number(name)
    const paths = new Set(await pathsOf(ctx, `/proc/${name}`))
    pids.set(pid, paths)
    for (const path of paths) files.set(path, (files.get(path) ?? new Set()).add(pid))
  }
  const sorted = <K, V extends string | number>(map: ReadonlyMap<K, ReadonlySet<V>>) =>
    mapOf([...map].map(([key, set]) => [key, [...set].sort((one, other) => (one < other ? -1 : 1))]))
  return byPid ? sorted(pids) : sorted(files)
}

/** Of a process and its threads; one that has ended has none. */
async function pathsOf(ctx: ExecContext, process: string): Promise<string[]> {
  const threads = (await namesIn(ctx, `${process}/task`)).map((thread) => `${process}/task/${thread}`)
  const links = threads.map((thread) => `${thread}/exe`)
  for (const place of [process, ...threads])
    links.push(...(await namesIn(ctx, `${place}/fd`)).map((number) => `${place}/fd/${number}`))
  const paths = await Promise.all(links.map((link) => pathBehind(ctx, link)))
  return paths.filter((path) => path !== undefined)
}

async function namesIn({ fs }: ExecContext, path: string): Promise<readonly string[]> {
  return (await unlessGone(fs.list(path))) ?? []
}

/** Undefined for sockets, pipes, and files that were removed. */
async function pathBehind({ fs }: ExecContext, link: string): Promise<string | undefined> {
  const target = await unlessGone(fs.readLink(link))
  if (target === undefined || !target.startsWith('/')) return undefined
  return (await unlessGone(fs.stat(target))) === undefined ? undefined : target
}

async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return undefined // it has ended since, or belongs to another user
  }
}

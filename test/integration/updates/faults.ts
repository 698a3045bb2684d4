// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '@halite/core'
import { build } from 'esbuild'

/** System calls that change what is on a disk. `openat` counts where it creates or empties a file. */
const calls = [
  ...[
    'openat',
    'write',
    'pwrite64',
    'copy_file_range',
    'ftruncate',
    'fsync',
    'fdatasync',
    'rename',
    'renameat2',
  ],
  ...['link', 'linkat', 'symlink', 'mkdir', 'unlink', 'unlinkat', 'rmdir', 'chmod', 'fchmod', 'utimensat'],
] as const

/** A call of a step, by its number among those of its name in one thread. */
export interface Point {
  readonly call: string
  readonly at: number
}

/** How a step ended into which a fault was put, and what strace saw of it. */
export interface Faulty {
  readonly isReached: boolean
  readonly retcode: number
  readonly said: string
  readonly log: string
}

/** The step as one file, as a release has it: it starts in a third of the time. Resolves to its path. */
export async function bundleStep(folder: string): Promise<string> {
  const outfile = join(folder, 'step.cjs')
  const entryPoints = [join(import.meta.dirname, 'step.mjs')]
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' })
  return outfile
}

/** A step below strace. `log` is a file of its own. */
export class TracedStep {
  readonly #driver: string
  readonly #log: string

  constructor(driver: string, log: string) {
    this.#driver = driver
    this.#log = log
  }

  /** The calls by which a whole step changes what lies below `root`, each once. */
  async points(root: string, words: readonly string[]): Promise<Point[]> {
    return pointsIn((await this.whole(words)).log, root)
  }

  /** A whole step, and the calls by which it changes the disk. Rejects when it fails. */
  async whole(words: readonly string[]): Promise<Omit<Faulty, 'isReached'>> {
    const traced = await this.#trace(['-e', `trace=${calls.join(',')}`], words)
    if (traced.retcode !== 0) throw new Error(`${words[0]} ended with ${traced.retcode}: ${traced.said}`)
    return traced
  }

  /** The step with `action` at a point: `signal=SIGKILL` or `error=ENOSPC`. */
  async with(action: string, { call, at }: Point, words: readonly string[]): Promise<Faulty> {
    const [, root = ''] = words
    const traced = [...new Set(['openat', 'fsync', 'fdatasync', 'rename', call])]
    const faulty = await this.#trace(
      ['-e', `trace=${traced.join(',')}`, '-e', `inject=${call}:${action}:when=${at}`],
      words,
    )
    const isReached = action.startsWith('signal')
      ? /killed by SIGKILL/.test(faulty.log)
      : failedOnly(faulty.log, root)
    return { ...faulty, isReached }
  }

  /** One thread does the work of the pool, so that a call has the same number each time. */
  async #trace(options: readonly string[], words: readonly string[]): Promise<Omit<Faulty, 'isReached'>> {
    const argv = ['strace', '-f', '-y', '-q', '-s', '0', '-o', this.#log, ...options]
    const { retcode, stdout, stderr } = await run([...argv, process.execPath, this.#driver, ...words], {
      timeoutMs: 120_000,
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    })
    return { retcode, said: `${stdout}${stderr}`, log: readFileSync(this.#log, 'utf8') }
  }
}

/**
 * Whether calls failed that change what lies below `root`, and no others: threads count their calls for themselves, and so do the
 * processes that a step starts, so that a read or the output of the step may be hit too.
 */
function failedOnly(log: string, root: string): boolean {
  const failed = log.split('\n').filter((line) => line.endsWith('(INJECTED)'))
  const isChange = (line: string) => !line.includes('openat(') || /O_CREAT|O_TRUNC/.test(line)
  return failed.length > 0 && failed.every((line) => line.includes(root) && isChange(line))
}

/** Runs `work` for each of `items`, as many at once as there are `places`, each in a place of its own. */
export async function inPlaces<T, P>(
  items: readonly T[],
  places: readonly P[],
  work: (item: T, place: P) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const serve = async (place: P): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item, place)
  }
  const ends = await Promise.allSettled(places.map((place) => serve(place).finally(() => waiting.splice(0))))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** All files below a folder, with their paths. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** What a power cut leaves alone: files that were there before. */
export function inodesBelow(folder: string): ReadonlySet<number> {
  return new Set(filesBelow(folder).map((path) => statSync(path).ino))
}

/**
 * Has power fail where the log ends: what was written below `root` and not flushed holds nothing after that, or zeros with
 * `fill`, as file systems do either. Returns how many there are.
 */
export function losePower(
  { root, log, known }: { root: string; log: string; known: ReadonlySet<number> },
  fill: boolean,
): number {
  const { flushed, dirty } = disksIn(log)
  const isSafe = (path: string) => (known.has(statSync(path).ino) ? !dirty.has(path) : flushed.has(path))
  const unsafe = filesBelow(root).filter((path) => !isSafe(path))
  for (const path of unsafe) writeFileSync(path, fill ? Buffer.alloc(statSync(path).size) : '')
  return unsafe.length
}

/** Renames that are not followed by a flush of the directory before the next one: a power cut may undo them alone. */
export function looseRenames(log: string, isOurs: (path: string) => boolean): string[] {
  let open: string | undefined
  const loose: string[] = []
  for (const line of wholeCalls(log)) {
    const renamed = /^rename\("[^"]*", "([^"]*)"\) += 0$/.exec(line)?.[1]
    const flushed = /^fsync\(\d+<([^>]*)>\) += 0$/.exec(line)?.[1]
    if (open !== undefined && flushed === join(open, '..')) open = undefined
    if (renamed === undefined || !isOurs(renamed)) continue
    if (open !== undefined) loose.push(open)
    open = renamed
  }
  return open === undefined ? loose : [...loose, open]
}

function pointsIn(log: string, root: string): Point[] {
  const counts = new Map<string, number>()
  const points = new Map<string, Point>()
  for (const line of log.split('\n')) {
    const [, thread, call, args = ''] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? []
    if (thread === undefined || call === undefined) continue
    const at = (counts.get(`${thread} ${call}`) ?? 0) + 1
    counts.set(`${thread} ${call}`, at)
    const isChange = call !== 'openat' || /O_CREAT|O_TRUNC/.test(args)
    if (isChange && args.includes(root)) points.set(`${call} ${at}`, { call, at })
  }
  return [...points.values()]
}

/** The files whose bytes were on the disk when the log ends, and those that were emptied and not flushed since. */
function disksIn(log: string): { readonly flushed: Set<string>; readonly dirty: Set<string> } {
  const flushed = new Set<string>()
  const dirty = new Set<string>()
  for (const line of wholeCalls(log)) {
    const synced = /^f(?:data)?sync\(\d+<([^>]*)>\) += 0$/.exec(line)?.[1]
    const emptied = /^openat\(.*O_TRUNC.* = \d+<([^>]*)>$/.exec(line)?.[1]
    const [, from = '', to = ''] = /^rename\("([^"]*)", "([^"]*)"\) += 0$/.exec(line) ?? []
    if (synced !== undefined) flushed.add(synced)
    if (synced !== undefined) dirty.delete(synced)
    if (emptied !== undefined) flushed.delete(emptied)
    if (emptied !== undefined) dirty.add(emptied)
    if (from !== '') for (const files of [flushed, dirty]) moveNames(files, from, to)
  }
  return { flushed, dirty }
}

function moveNames(files: Set<string>, from: string, to: string): void {
  const isIn = (folder: string, one: string) => one === folder || one.startsWith(`${folder}/`)
  for (const one of files) if (isIn(to, one)) files.delete(one)
  for (const one of [...files].filter((name) => isIn(from, name))) {
    files.delete(one)
    files.add(`${to}${one.slice(from.length)}`)
  }
}

/** strace cuts a call in two where another thread comes between. */
function wholeCalls(log: string): string[] {
  const begun = new Map<string, string>()
  return log.split('\n').flatMap((line) => {
    const [, pid = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const [, start] = /^(.*) <unfinished \.\.\.>$/.exec(text) ?? []
    const [, end] = /^<\.\.\. \w+ resumed>(.*)$/.exec(text) ?? []
    if (start !== undefined) begun.set(pid, start)
    if (start !== undefined) return []
    return [end === undefined ? text : `${begun.get(pid) ?? ''}${end}`]
  })
}

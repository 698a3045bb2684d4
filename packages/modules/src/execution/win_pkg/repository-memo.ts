// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import type { Repository } from '@halite/winrepo'
import type { RepositoryPlace } from './place.ts'

/** Definitions as they were read from a file of that version. */
interface LastRead {
  readonly version: string
  readonly repository: Repository
}

/** How a database is read, and how it is made. */
interface Reading {
  readonly read: () => Promise<Repository>
  readonly refresh: () => Promise<unknown>
}

/** By the path of the database: an executor runs many jobs, and the file seldom changes. */
const lastReads = new Map<string, LastRead>()
const mostKept = 4

/** The definitions that a job has read already. */
export function knownRepository({ memo }: ExecContext, saltenv: string): Promise<Repository> | undefined {
  return memo.get(keyOf(saltenv)) as Promise<Repository> | undefined
}

/** The rest of the job is given these. */
export function keepRepository({ memo }: ExecContext, saltenv: string, reading: Promise<Repository>): void {
  memo.set(keyOf(saltenv), reading)
}

/** The next look at them reads them again. */
export function forgetRepository({ memo }: ExecContext, { saltenv, database }: RepositoryPlace): void {
  memo.delete(keyOf(saltenv))
  lastReads.delete(database)
}

/**
 * Reads the database of a place, which is made when it is missing, unless an earlier job of this process read the very
 * same file. Rejects as these two do.
 */
export async function readOnce(
  { fs }: ExecContext,
  { database }: RepositoryPlace,
  { read, refresh }: Reading,
): Promise<Repository> {
  const facts = await fs.stat(database)
  if (facts?.type !== 'file') {
    await refresh()
    return read()
  }
  const { dev, ino, size, mtimeMs, ctimeMs } = facts
  const version = [dev, ino, size, mtimeMs, ctimeMs].join(' ')
  const last = lastReads.get(database)
  if (last?.version === version) return last.repository
  const repository = await read()
  lastReads.delete(database)
  lastReads.set(database, { version, repository })
  const [oldest] = lastReads.keys()
  if (oldest !== undefined && lastReads.size > mostKept) lastReads.delete(oldest)
  return repository
}

function keyOf(saltenv: string): string {
  return `win_pkg/repository/${saltenv}`
}

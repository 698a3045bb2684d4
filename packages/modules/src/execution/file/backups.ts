// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, join } from 'node:path'
import { pythonStr, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { expandUser } from './paths.ts'

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A copy of a file as it was, as `file.list_backups` shows it. */
export interface Backup {
  readonly 'Backup Time': string
  readonly Size: number
  readonly Location: string
}

/** Whether what is changed is kept: `backup` of a state, else the option `backup_mode`. */
export function keepsBackup(ctx: ExecContext, backup: unknown): boolean {
  const mode = backup === undefined || backup === null || backup === '' ? ctx.options['backup_mode'] : backup
  return mode === 'minion' || mode === 'both'
}

export interface BackUpOptions {
  /** What the file is called, where it is reached by another path. */
  readonly name?: string
  readonly at?: Date
}

/** Copies a file, which is no link, to where copies are kept, with its mode and owner. */
export async function backUp(
  ctx: ExecContext,
  path: string,
  { name = path, at = new Date() }: BackUpOptions = {},
): Promise<void> {
  const facts = await ctx.fs.stat(path, { followLinks: false })
  if (facts?.type !== 'file') return
  const directory = backupDirectory(ctx, name)
  await ctx.fs.makeDirectory(directory, { parents: true })
  const location = join(
    directory,
    `${basename(name)}_${stamp(at, await microseconds(ctx, directory, at), colonOf(ctx))}`,
  )
  await ctx.fs.replace(location, path, { mode: facts.mode & 0o7777, followLinks: false })
  try {
    await ctx.fs.setOwner(location, facts.uid, facts.gid)
  } catch (error) {
    if (systemCodeOf(error) !== 'EPERM') throw error
    ctx.log.debug(`${location}: its owner cannot be set`)
  }
}

/** Copies of a file, the newest first. */
export async function backupsOf(ctx: ExecContext, given: string): Promise<readonly Backup[]> {
  const path = await expandUser(ctx, given)
  const directory = backupDirectory(ctx, path)
  return (await ctx.fs.isDirectory(directory)) ? newestFirst(ctx, directory, basename(path)) : []
}

/** Copies of the files of a directory by the name of the file, up to the first `_` in it as in Salt; the newest first. */
export async function backupsBelow(
  ctx: ExecContext,
  path: string,
): Promise<ReadonlyMap<string, readonly Backup[]>> {
  const directory = backupDirectory(ctx, path.endsWith('/') ? `${path}x` : path)
  if (!(await ctx.fs.isDirectory(directory))) return new Map()
  const names = new Set((await ctx.fs.list(directory)).map((name) => name.split('_')[0] ?? ''))
  const found = new Map<string, readonly Backup[]>()
  for (const name of [...names].sort()) found.set(name, await newestFirst(ctx, directory, name))
  return found
}

async function newestFirst(ctx: ExecContext, directory: string, file: string): Promise<Backup[]> {
  const found: { readonly order: string; readonly backup: Backup }[] = []
  for (const name of await ctx.fs.list(directory)) {
    const time = timeOf(name, file)
    if (time === undefined) continue
    const Location = join(directory, name)
    const facts = await ctx.fs.stat(Location)
    if (facts?.type !== 'file') continue
    found.push({ order: time.order, backup: { 'Backup Time': time.text, Size: facts.size, Location } })
  }
  return found.sort((one, other) => (one.order < other.order ? 1 : -1)).map(({ backup }) => backup)
}

/** The copy with this number in the list, or why there is none. */
export async function backupAt(ctx: ExecContext, path: string, id: unknown): Promise<Backup | string> {
  const text = pythonStr(id)
  if (!/^(?:0|[1-9]\d*)$/.test(text)) return `Invalid backup_id '${text}'`
  return (await backupsOf(ctx, path))[Number(text)] ?? `backup_id '${text}' does not exist for ${path}`
}

function backupDirectory({ options, platform }: ExecContext, path: string): string {
  const parent = dirname(path)
  const below = platform === 'win32' ? parent.replace(':', '_') : parent.slice(1)
  return join(String(options['cachedir']), 'file_backup', below)
}

/** Names of files on Windows have no colon. */
function colonOf({ platform }: Pick<ExecContext, 'platform'>): string {
  return platform === 'win32' ? '-' : ':'
}

/** Two copies within one millisecond have names of their own. */
async function microseconds({ fs, platform }: ExecContext, directory: string, at: Date): Promise<number> {
  const taken = await fs.list(directory)
  let count = at.getMilliseconds() * 1000
  while (taken.some((name) => name.endsWith(stamp(at, count, colonOf({ platform })).slice(-20)))) count++
  return count
}

function stamp(at: Date, micros: number, colon: string): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(colon)
  const day = `${days[at.getDay()]}_${months[at.getMonth()]}_${two(at.getDate())}`
  return `${day}_${clock}_${String(micros).padStart(6, '0')}_${at.getFullYear()}`
}

function timeOf(name: string, base: string): { readonly text: string; readonly order: string } | undefined {
  if (!name.startsWith(`${base}_`)) return undefined
  const parts = /^(\w{3})_(\w{3})_(\d\d)_(\d\d[:-]\d\d[:-]\d\d)_(\d{6})_(\d{4})$/.exec(
    name.slice(base.length + 1),
  )
  if (parts === null) return undefined
  const [, day, month = '', date, clock, micros, year] = parts
  const number = String(months.indexOf(month)).padStart(2, '0')
  return {
    text: `${day} ${month} ${date} ${year} ${clock}.${micros}`,
    order: `${year}${number}${date}${clock}${micros}`,
  }
}

// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path'
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type Account, accountOf, withUserFile } from '../parts/user-file.ts'
import { type HostEntry, hashedLines, hostWithPort, isAbout, parseHostLine } from './host-names.ts'

/** Which file, and which host in it. */
export interface HostPlace {
  readonly user?: string | undefined
  /** Its path, from the home of the user. */
  readonly config?: string | undefined
  readonly hostname: string
  readonly port?: number | undefined
  readonly fingerprint_hash_type?: string | undefined
}

/** What a function could not do, as Salt returns it. */
export interface Trouble {
  readonly status: 'error'
  readonly error: string
}

interface Place {
  readonly path: string
  readonly account: Account | undefined
}

const hostnameMissing: Trouble = { status: 'error', error: 'hostname argument required' }

/** The keys of a host; undefined when there is none. */
export async function hostEntries(
  ctx: ExecContext,
  { hostname, port, fingerprint_hash_type: hashType, ...file }: HostPlace,
): Promise<readonly HostEntry[] | undefined | Trouble> {
  const place = await placeOf(ctx, file)
  if ('status' in place) return place
  const host = hostWithPort(hostname, port)
  const text = (await withUserFile(ctx, { path: place.path }, (found) => found.read())) ?? ''
  const entries = text.split('\n').flatMap((line) => {
    const entry = isAbout(line, host) ? parseHostLine(line, hashType) : undefined
    return entry === undefined ? [] : [entry]
  })
  return entries.length === 0 ? undefined : entries
}

/** `ssh.rm_known_host`. */
export async function removeHost(ctx: ExecContext, { hostname, port, ...file }: HostPlace): Promise<unknown> {
  if (hostname === '') return hostnameMissing
  const place = await placeOf(ctx, file)
  if ('status' in place) return place
  const host = hostWithPort(hostname, port)
  const done = await withUserFile(ctx, { path: place.path }, async (found) => {
    const text = await found.read()
    if (text === undefined) return undefined
    const lines = linesOf(text)
    const numbers = lines.flatMap((line, at) => (isAbout(line, host) ? [at] : []))
    if (numbers.length === 0) return { status: 'removed', comment: `Host ${host} not found in ${place.path}` }
    const left = lines.filter((_line, at) => !numbers.includes(at))
    await found.write(textOf(left), { owner: place.account, mode: 0o600 })
    const told = numbers.map((at) => `# Host ${host} found: line ${at + 1}`)
    return { status: 'removed', comment: [...told, `${place.path} updated.`].join('\n') }
  })
  return done ?? missingFile(place.path)
}

/** `ssh.hash_known_hosts`. */
export async function hashHosts(
  ctx: ExecContext,
  file: Pick<HostPlace, 'user' | 'config'>,
): Promise<unknown> {
  const place = await placeOf(ctx, file)
  if ('status' in place) return place
  const done = await withUserFile(ctx, { path: place.path }, async (found) => {
    const text = await found.read()
    if (text === undefined) return undefined
    await found.write(textOf(linesOf(text).flatMap(hashedLines)), { owner: place.account, mode: 0o600 })
    return { status: 'updated', comment: `${place.path} updated.` }
  })
  return done ?? missingFile(place.path)
}

/** Puts keys of a host in the place of those it has, of one kind of keys or all. Gives the trouble that stops it. */
export async function replaceHost(
  ctx: ExecContext,
  { hostname, port, ...file }: HostPlace,
  { lines, enc }: { readonly lines: readonly string[]; readonly enc?: string | undefined },
): Promise<Trouble | undefined> {
  const place = await placeOf(ctx, file)
  if ('status' in place) return place
  const host = hostWithPort(hostname, port)
  const isOld = (line: string) =>
    isAbout(line, host) && (enc === undefined || parseHostLine(line)?.enc === enc)
  const wrong = lines.find((line) => /\p{Cc}/u.test(line))
  if (wrong !== undefined)
    throw new SaltError('ARGUMENTS_INVALID', `${JSON.stringify(wrong)} is not a line of known hosts`)
  const owner = place.account ?? (await accountOf(ctx, 'root'))
  await withUserFile(ctx, { path: place.path, makeFor: owner }, async (found) => {
    const kept = linesOf((await found.read()) ?? '').filter((line) => !isOld(line))
    await found.write(textOf([...kept, ...lines]), {
      owner: place.account,
      mode: place.account ? 0o600 : 0o644,
    })
  })
  return undefined
}

async function placeOf(
  ctx: ExecContext,
  { user, config }: Pick<HostPlace, 'user' | 'config'>,
): Promise<Place | Trouble> {
  const account = user === undefined ? undefined : await accountOf(ctx, user)
  if (user !== undefined && account === undefined)
    return { status: 'error', error: `User ${user} does not exist` }
  const path = config ?? (account === undefined ? '/etc/ssh/ssh_known_hosts' : '.ssh/known_hosts')
  if (isAbsolute(path)) return { path, account }
  if (account !== undefined) return { path: join(account.home, path), account }
  return { status: 'error', error: 'Cannot determine absolute path to file.' }
}

function missingFile(path: string): Trouble {
  return { status: 'error', error: `Known hosts file ${path} does not exist` }
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

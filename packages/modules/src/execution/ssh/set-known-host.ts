// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type HostEntry, hashOf, hostWithPort, parseHostLine } from './host-names.ts'
import { fingerprintOf, kindOfKey } from './keys.ts'
import { type HostPlace, hostEntries, replaceHost, type Trouble } from './known-hosts.ts'

/** How keys are asked of a host. */
export interface ScanQuery {
  readonly hostname: string
  readonly enc?: string | undefined
  readonly port?: number | undefined
  readonly hash_known_hosts: boolean
  readonly timeout: number
  readonly fingerprint_hash_type?: string | undefined
}

/** What a file shall say of a host. */
export interface KnownHostWish extends ScanQuery, HostPlace {
  readonly fingerprint?: string | undefined
  readonly key?: string | undefined
}

const attempts = 5

/** Asks a host for its keys; undefined when it gives none. Rejects with COMMAND_FAILED without `ssh-keyscan`. */
export async function scanHost(
  ctx: ExecContext,
  query: ScanQuery,
): Promise<readonly HostEntry[] | undefined> {
  const program = ctx.which('ssh-keyscan')
  if (program === undefined)
    throw new SaltError('COMMAND_FAILED', "The 'ssh-keyscan' binary was not found in the search path")
  hostWithPort(query.hostname, query.port)
  const words = [
    ...(query.port === undefined ? [] : ['-p', String(query.port)]),
    ...(query.enc === undefined ? [] : ['-t', scanKind(query.enc)]),
    ...(query.hash_known_hosts ? ['-H'] : []),
    ...['-T', String(query.timeout), query.hostname],
  ]
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { stdout } = await ctx.run.text([program, ...words])
    const entries = stdout
      .split('\n')
      .flatMap((line) => parseHostLine(line, query.fingerprint_hash_type) ?? [])
    if (entries.length > 0) return entries
  }
  return undefined
}

/** `ssh.check_known_host`: `add`, `update`, `exists`, or the trouble. */
export async function checkHost(
  ctx: ExecContext,
  { key, fingerprint, ...place }: HostPlace & Pick<KnownHostWish, 'key' | 'fingerprint'>,
): Promise<string | Trouble> {
  if (place.hostname === '') return { status: 'error', error: 'hostname argument required' }
  const entries = await hostEntries(ctx, place)
  if (entries === undefined) return 'add'
  if ('status' in entries) return entries
  if (key) return entries.some((entry) => entry.key === key) ? 'exists' : 'update'
  if (fingerprint) return entries.some((entry) => entry.fingerprint === fingerprint) ? 'exists' : 'update'
  return 'exists'
}

/** `ssh.set_known_host`: what became of it. */
export async function setHost(ctx: ExecContext, wish: KnownHostWish): Promise<unknown> {
  const { hostname, port, key, fingerprint, hash_known_hosts: isHashed } = wish
  const enc = wish.enc && kindOfKey(wish.enc)
  const trouble = (error: string): Trouble => ({ status: 'error', error })
  if (hostname === '') return trouble('hostname argument required')
  if (port !== undefined && port !== 22 && isHashed)
    return trouble('argument port can not be used in conjunction with argument hash_known_hosts')
  const stored = (await hostEntries(ctx, wish)) ?? []
  if ('status' in stored) return stored
  const keys = stored.filter((entry) => enc === undefined || entry.enc === enc).map((entry) => entry.key)
  if (isStored(wish, stored, keys)) return { status: 'exists', keys }
  const entries = key ? [givenEntry(wish, key)] : await scanHost(ctx, wish)
  if (entries === undefined) return trouble('Unable to receive remote host keys')
  if (!key && fingerprint && !entries.some((entry) => entry.fingerprint === fingerprint)) {
    const words =
      'Remote host public keys found but none of their fingerprints match the one you have provided'
    return trouble(words)
  }
  const isAsked = Boolean(key || fingerprint)
  if (
    !isAsked &&
    stored.length > 0 &&
    isSameSet(
      keys,
      entries.map((entry) => entry.key),
    )
  )
    return { status: 'exists', keys }
  const lines = entries.map((entry) => lineOf(entry, wish))
  const problem = await replaceHost(ctx, wish, { lines, enc })
  if (problem !== undefined) return problem
  return { status: 'updated', old: stored.length === 0 ? null : stored, new: entries }
}

function isStored(
  { key, fingerprint }: KnownHostWish,
  stored: readonly HostEntry[],
  keys: readonly string[],
): boolean {
  if (stored.length === 0 || (!key && !fingerprint)) return false
  const hasPrint = !fingerprint || stored.some((entry) => entry.fingerprint === fingerprint)
  return hasPrint && (!key || keys.includes(key))
}

function givenEntry(
  { hostname, enc, fingerprint_hash_type: hashType }: KnownHostWish,
  key: string,
): HostEntry {
  const fingerprint = fingerprintOf(key, hashType)
  if (enc === undefined || fingerprint === undefined)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `key must be a public key in base64, with its kind in enc: ${JSON.stringify(key)}`,
    )
  return { hostname, enc: kindOfKey(enc), key, fingerprint }
}

/** A key that was given is hashed here; those of `ssh-keyscan` are already, where that is asked for. */
function lineOf(
  { hostname, enc, key }: HostEntry,
  { port, hash_known_hosts: isHashed, key: given }: KnownHostWish,
): string {
  if (isHashed) return `${given ? hashOf(hostname) : hostname} ${enc} ${key}`
  const name = hostname.includes(':') ? hostname : hostWithPort(hostname, port)
  return `${name} ${enc} ${key}`
}

/** The word by which `ssh-keyscan` knows a kind. */
function scanKind(enc: string): string {
  const kind = kindOfKey(enc)
  const [, short] = /^(?:ssh-)?(rsa|ed25519|dss|ecdsa|sk-ssh-ed25519|sk-ecdsa)/.exec(kind) ?? []
  const words: Readonly<Record<string, string>> = {
    dss: 'dsa',
    'sk-ssh-ed25519': 'ed25519-sk',
    'sk-ecdsa': 'ecdsa-sk',
  }
  return words[short ?? ''] ?? short ?? kind
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === new Set(other).size && other.every((key) => one.includes(key))
}

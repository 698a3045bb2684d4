// SPDX-License-Identifier: Apache-2.0
import { basename, isAbsolute } from 'node:path'
import { pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { expandUser } from './paths.ts'

/** A hash and its kind. */
export interface Sum {
  readonly hash_type: string
  readonly hsum: string
}

/** Hexadecimal digits of each kind. */
const lengths: Readonly<Record<string, number>> = {
  sha512: 128,
  sha384: 96,
  sha256: 64,
  sha224: 56,
  sha1: 40,
  md5: 32,
}
const kinds: ReadonlyMap<number, string> = new Map(
  Object.entries(lengths).map(([kind, length]) => [length, kind]),
)
const written = [...kinds]
  .sort(([one], [other]) => one - other)
  .map(([length, kind]) => `${kind} (${length})`)
  .join(', ')
const protocols = ['salt', 'file', 'http', 'https', 'ftp', 'swift', 's3']

/** The digest of a file; COMMAND_FAILED for a kind that is not known. */
export async function digestOf(ctx: ExecContext, path: string, form = 'sha256'): Promise<string> {
  const kind = form.toLowerCase()
  const nodeName = kind.startsWith('sha3_') ? kind.replace('_', '-') : kind
  if (
    !/^(?:md5|sha1|sha224|sha256|sha384|sha512|sha3-(?:224|256|384|512)|blake2[bs]|ripemd160)$/.test(nodeName)
  )
    throw new SaltError('COMMAND_FAILED', `Invalid hash type: ${form}`)
  const name = nodeName === 'blake2b' ? 'blake2b512' : nodeName === 'blake2s' ? 'blake2s256' : nodeName
  return ctx.fs.hash(await expandUser(ctx, path), name)
}

/** Whether a file has this hash: `KIND=HASH`, `KIND:HASH`, or the hash alone. */
export async function hasHash(ctx: ExecContext, path: string, given: string): Promise<boolean> {
  const at = given.search(/[:=]/)
  const colon = given.indexOf(':')
  const split = colon >= 0 ? colon : at
  if (split >= 0) return (await digestOf(ctx, path, given.slice(0, split))) === given.slice(split + 1)
  const kind = kinds.get(given.length)
  if (kind === undefined) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `Hash ${given} (length: ${given.length}) could not be matched to a supported hash type. The supported hash types and lengths are: ${written}`,
    )
  }
  return (await digestOf(ctx, path, kind)) === given
}

export interface SumQuery {
  /** The file that it is the hash of. */
  readonly name: string
  readonly source: string
  readonly sourceHash: string
  readonly sourceHashName?: string | undefined
  readonly saltenv: string
  readonly verifySsl?: boolean | undefined
}

/** What `source_hash` says: a hash, `KIND=HASH`, or where a file with hashes lies. */
export async function sourceSum(ctx: ExecContext, query: SumQuery): Promise<Sum> {
  const { sourceHash, saltenv, verifySsl } = query
  const protocol = /^([a-z][a-z0-9+.-]*):/i.exec(sourceHash)?.[1]?.toLowerCase()
  if (isAbsolute(sourceHash)) return fromFile(ctx, sourceHash, query)
  if (protocol !== undefined) {
    if (!protocols.includes(protocol)) throw invalid(sourceHash)
    const copy = await ctx.files.cacheFile(sourceHash, { saltenv, verifySsl })
    if (copy === undefined) throw new SaltError('COMMAND_FAILED', `Source hash file ${sourceHash} not found`)
    return fromFile(ctx, copy, query)
  }
  return fromText(sourceHash)
}

async function fromFile(ctx: ExecContext, path: string, query: SumQuery): Promise<Sum> {
  const text = await ctx.fs.readTextIfThere(path)
  if (text === undefined) throw new SaltError('COMMAND_FAILED', `Source hash file ${path} not found`)
  const found = extractHash(text, {
    fileName: query.name,
    source: query.source,
    sourceHashName: query.sourceHashName,
  })
  if (found === undefined) throw invalid(query.sourceHash)
  return { ...found, hsum: found.hsum.toLowerCase() }
}

function fromText(given: string): Sum {
  const at = given.indexOf('=')
  if (at < 0) {
    const kind = kinds.get(given.length)
    if (!/^[0-9a-f]+$/i.test(given) || kind === undefined) throw invalid(given)
    return { hash_type: kind, hsum: given.toLowerCase() }
  }
  const kind = given.slice(0, at).trim()
  const hsum = given.slice(at + 1).trim()
  const length = lengths[kind]
  if (length === undefined) {
    throw new SaltError(
      'COMMAND_FAILED',
      `Invalid hash type '${kind}'. Supported hash types are: ${Object.keys(lengths).join(', ')}. Either remove the hash type and simply use '${hsum}' as the source_hash, or change the hash type to a supported type.`,
    )
  }
  const matching = kinds.get(hsum.length)
  if (matching === undefined) throw invalid(given)
  if (hsum.length !== length) {
    throw new SaltError(
      'COMMAND_FAILED',
      `Invalid length (${hsum.length}) for hash type '${kind}'. Either remove the hash type and simply use '${hsum}' as the source_hash, or change the hash type to '${matching}'`,
    )
  }
  return { hash_type: kind, hsum: hsum.toLowerCase() }
}

function invalid(given: string): SaltError {
  return new SaltError(
    'COMMAND_FAILED',
    `Source hash ${given} format is invalid. The supported formats are: 1) a hash, 2) an expression in the format <hash_type>=<hash>, or 3) either a path to a local file containing hashes, or a URI of a remote hash file. Supported protocols for remote hash files are: ${protocols.join(', ')}. The hash may also not be of a valid length, the following are supported hash types and lengths: ${written}.`,
  )
}

/** Which hash of a list is meant: its kind, and names beside it. */
export interface ExtractQuery {
  readonly hashType?: string | undefined
  readonly fileName?: string | undefined
  readonly source?: string | undefined
  readonly sourceHashName?: string | undefined
}

/**
 * The hash that a list of hashes has for a file: that of a line with `sourceHashName`, else with the name of the file, else with
 * that of its source, else the first one.
 */
export function extractHash(text: string, query: ExtractQuery): Sum | undefined {
  const { hashType = '', fileName = '', source = '', sourceHashName = '' } = query
  const length = lengths[hashType]
  const count = length === undefined ? '32,128' : `${length}`
  const pattern = new RegExp(`(?<![a-z0-9])([a-f0-9]{${count}})(?![a-z0-9])`, 'i')
  const names = [
    { full: sourceHashName, end: sourceHashName, before: /\s/ },
    { full: fileName, end: basename(fileName), before: /[\s\\/*]/ },
    { full: source, end: lastPart(source), before: /[\s\\/*]/ },
  ]
  const found: (Sum | undefined)[] = names.map(() => undefined)
  let first: Sum | undefined
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const hsum = pattern.exec(line)?.[1]
    const kind = hsum === undefined ? undefined : kinds.get(hsum.length)
    if (hsum === undefined || kind === undefined) continue
    const sum = { hsum, hash_type: kind }
    first ??= sum
    for (const [index, { full, end, before }] of names.entries()) {
      if (full === '' || found[index] !== undefined) continue
      const isAtEnd = line.endsWith(end) && before.test(line.at(-end.length - 1) ?? '')
      const isAtStart = line.startsWith(full) && /^\s/.test(line.slice(full.length))
      if (isAtEnd || isAtStart) found[index] = sum
    }
  }
  return found.find((sum) => sum !== undefined) ?? first
}

function lastPart(source: string): string {
  return basename(source.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[?#].*$/, ''))
}

/** `source_hash` as text; empty for none. */
export function hashText(value: unknown): string {
  return value === undefined || value === null ? '' : pythonStr(value)
}

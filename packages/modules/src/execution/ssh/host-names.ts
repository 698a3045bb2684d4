// SPDX-License-Identifier: Apache-2.0
import { createHmac, randomBytes } from 'node:crypto'
import { SaltError } from '@halite/core'
import { fnmatch } from '@halite/targeting'
import { fingerprintOf } from './keys.ts'

/** A key of a host, as files of known hosts and `ssh-keyscan` have it. */
export interface HostEntry {
  readonly hostname: string
  readonly key: string
  readonly enc: string
  readonly fingerprint: string
}

const usualPort = 22

/** A host as files of known hosts name it: with another port than 22 `[host]:port`. Throws ARGUMENTS_INVALID. */
export function hostWithPort(hostname: string, port: number | undefined): string {
  if (!/^[\w:%.[\]-]+$/u.test(hostname) || hostname.startsWith('-') || hostname.length > 1025)
    throw new SaltError('ARGUMENTS_INVALID', `${JSON.stringify(hostname)} is not the name of a host`)
  return port === undefined || port === usualPort ? hostname : `[${hostname}]:${port}`
}

/** Reads a line; undefined for comments, marked lines and what holds no key. */
export function parseHostLine(line: string, hashType?: string): HostEntry | undefined {
  const [hostname, enc, key] = line.trim().split(/\s+/)
  if (hostname === undefined || enc === undefined || key === undefined || /^[#@]/.test(hostname))
    return undefined
  const fingerprint = fingerprintOf(key, hashType)
  return fingerprint === undefined ? undefined : { hostname, key, enc, fingerprint }
}

/** Whether a line is about a host: by a hash, or by patterns of which none that begins with `!` matches. */
export function isAbout(line: string, host: string): boolean {
  const names = line.trim().split(/\s+/)[0] ?? ''
  if (names === '' || /^[#@]/.test(names)) return false
  if (names.startsWith('|1|')) return isHashOf(names, host)
  const patterns = names.toLowerCase().split(',')
  const matches = (pattern: string) => fnmatch(host.toLowerCase(), literal(pattern))
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))
  )
}

/** The lines with names in place of which stand their hashes: a line for each name. Lines with patterns stay. */
export function hashedLines(line: string): string[] {
  const [names = '', ...rest] = line.trim().split(/\s+/)
  if (names === '' || /^[#@|]/.test(names) || /[*?!]/.test(names) || rest.length < 2) return [line]
  return names.split(',').map((name) => [hashOf(name), ...rest].join(' '))
}

/** A name as it is kept where nobody shall read it. */
export function hashOf(name: string, salt: Buffer = randomBytes(20)): string {
  const digest = createHmac('sha1', salt).update(name.toLowerCase()).digest('base64')
  return `|1|${salt.toString('base64')}|${digest}`
}

function isHashOf(hashed: string, host: string): boolean {
  const [, , salt = ''] = hashed.split('|')
  return hashOf(host, Buffer.from(salt, 'base64')) === hashed
}

/** In patterns of hosts only `*` and `?` are special. */
function literal(pattern: string): string {
  return pattern.replaceAll('[', '[[]')
}

// SPDX-License-Identifier: Apache-2.0
import { SaltError } from './errors.ts'

declare const brand: unique symbol
/** A string that passed the gate named by `Name`. */
export type Parsed<Name extends string> = string & { readonly [brand]: Name }

/** A minion id that is safe as a file name and in a log line. */
export type MinionId = Parsed<'MinionId'>
/** A job id: 20 digits, `YYYYMMDDhhmmssffffff` in UTC, with an optional `_suffix`. */
export type Jid = Parsed<'Jid'>
/** The name of a file-server environment. */
export type Saltenv = Parsed<'Saltenv'>

const maxIdBytes = 255
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters, and those that turn the direction of text, are what it refuses
const forbiddenInId = /[/\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/

/** Whether `value` keeps the rules for minion ids; never throws. */
export function isMinionId(value: unknown): value is MinionId {
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..') return false
  return !forbiddenInId.test(value) && value.isWellFormed() && Buffer.byteLength(value) <= maxIdBytes
}

/** Passes a minion id through its gate. Throws `ID_INVALID`; the message shows the value, shortened. */
export function parseMinionId(value: unknown): MinionId {
  if (isMinionId(value)) return value
  throw new SaltError('ID_INVALID', `minion id ${show(value)} is not valid`, {
    hint: `Ids have 1 to ${maxIdBytes} bytes, no '/', '\\', NUL or control characters, and are not '.' or '..'.`,
  })
}

const jidPattern = /^\d{20}(?:_\d{1,10})?$/

/** Whether `value` is a job id; never throws. */
export function isJid(value: unknown): value is Jid {
  return typeof value === 'string' && jidPattern.test(value)
}

/** Passes a job id through its gate. Throws `JID_INVALID`. */
export function parseJid(value: unknown): Jid {
  if (isJid(value)) return value
  throw new SaltError('JID_INVALID', `jid ${show(value)} is not 20 digits with an optional _suffix`)
}

const saltenvPattern = /^[A-Za-z0-9_@][A-Za-z0-9_@.-]{0,127}$/

/** Passes the name of an environment through its gate. Throws `SALTENV_INVALID`. */
export function parseSaltenv(value: unknown): Saltenv {
  if (typeof value === 'string' && saltenvPattern.test(value) && !value.includes('..'))
    return value as Saltenv
  throw new SaltError('SALTENV_INVALID', `saltenv ${show(value)} is not valid`)
}

/** A value from outside as it may appear in a message: quoted, control characters escaped, at most 80 characters. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(typeof value)
  return text.length > 80 ? `${text.slice(0, 76)}…"` : text
}

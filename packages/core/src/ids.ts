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
const plainId = /^[A-Za-z0-9_][A-Za-z0-9_.@:+-]*$/
/** Letters, marks and digits of any script, without those that nobody sees; made when first used, as it takes a millisecond. */
let permissiveId: RegExp | undefined

/**
 * Whether `value` keeps the rules for minion ids; never throws. It is the wider of two alphabets, so that a master which
 * switched `permissive_ids` off can still name and delete the keys it has; `isPlainMinionId` decides which minions are admitted.
 */
export function isMinionId(value: unknown): value is MinionId {
  if (typeof value !== 'string' || value.length > maxIdBytes) return false
  if (plainId.test(value)) return true
  permissiveId ??= /^(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.@:+~=%-]*$/u
  // One spelling for each id: two that look the same would be two minions.
  return (
    permissiveId.test(value) && value.normalize('NFKC') === value && Buffer.byteLength(value) <= maxIdBytes
  )
}

/** Whether an id keeps to the alphabet that needs no option: ASCII letters and digits, and `_ . @ : + -` but not `. @ : + -` first. */
export function isPlainMinionId(id: string): boolean {
  return plainId.test(id) && id.length <= maxIdBytes
}

/** Passes a minion id through its gate. Throws `ID_INVALID`; the message shows the value, shortened. */
export function parseMinionId(value: unknown): MinionId {
  if (isMinionId(value)) return value
  throw new SaltError('ID_INVALID', `minion id ${show(value)} is not valid`, { hint: alphabetHint })
}

/**
 * The same for a minion's own id, which without `permissive_ids` must be a plain one, as the master admits no other.
 * Throws `ID_INVALID`.
 */
export function parseOwnMinionId(value: unknown, options: { readonly permissive_ids: boolean }): MinionId {
  const id = parseMinionId(value)
  if (options.permissive_ids || isPlainMinionId(id)) return id
  throw new SaltError('ID_INVALID', `minion id ${show(value)} is not valid`, {
    hint: `${alphabetHint} permissive_ids: True, on this minion and its master, admits letters and digits of other scripts, and ~ = %.`,
  })
}

const alphabetHint = `Ids have 1 to ${maxIdBytes} ASCII letters, digits and _ . @ : + -, and begin with a letter, a digit or _.`

/**
 * A name as it may be printed and typed: what is in no minion id stands as `\xNN`, `\uNNNN` or `\UNNNNNNNN`, as in Python.
 * The result of a name that is no id holds a backslash, so it is never the name of another minion, a glob or a list.
 */
export function escapedName(name: string): string {
  if (isMinionId(name)) return name
  const escaped = [...name].map((character, index) => {
    const isPlain = index === 0 ? /\w/.test(character) : /[\w.@:+-]/.test(character)
    return isPlain ? character : escapeOf(character.codePointAt(0) as number)
  })
  return escaped.join('')
}

function escapeOf(point: number): string {
  const hex = point.toString(16)
  if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
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

/** Whether a value could name an environment. */
export function isSaltenv(value: unknown): value is Saltenv {
  return typeof value === 'string' && saltenvPattern.test(value) && !value.includes('..')
}

/** Passes the name of an environment through its gate. Throws `SALTENV_INVALID`. */
export function parseSaltenv(value: unknown): Saltenv {
  if (isSaltenv(value)) return value
  throw new SaltError('SALTENV_INVALID', `saltenv ${show(value)} is not valid`)
}

/** A value from outside as it may appear in a message: quoted, control characters escaped, at most 80 characters. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(typeof value)
  return text.length > 80 ? `${text.slice(0, 76)}…"` : text
}

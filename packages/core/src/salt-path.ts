// SPDX-License-Identifier: Apache-2.0
import { SaltError } from './errors.ts'
import { type Parsed, parseSaltenv, type Saltenv, show } from './ids.ts'

/** A path below the roots of an environment: parts with `/` between them, none of them empty, `.` or `..`. */
export type SaltPath = Parsed<'SaltPath'>

/** What a `salt://` URL names. */
export interface SaltUrl {
  readonly path: SaltPath
  /** As the URL says with `?saltenv=`. */
  readonly saltenv: Saltenv | undefined
}

const scheme = 'salt://'
const maxPathBytes = 4096
const maxPartBytes = 255

/**
 * Passes a path through its gate; empty parts and `.` vanish. Throws `PATH_UNSAFE` for an absolute path, `..` (also between
 * backslashes, which a minion on Windows would follow), NUL, text that is not well-formed, and what no file system takes.
 */
export function parseSaltPath(value: unknown): SaltPath {
  if (typeof value !== 'string') throw unsafe(value, 'it is not text')
  const path = value
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
  const problem = problemOf(value, path)
  if (problem !== undefined) throw unsafe(value, problem)
  return path as SaltPath
}

/** Whether `value` begins as a `salt://` URL does. */
export function isSaltUrl(value: string): boolean {
  return value.startsWith(scheme)
}

/**
 * Reads a `salt://` URL, or a path without `salt://`, as Salt's functions take both. Behind `?` stand options, with `&` between
 * them; those besides `saltenv` have no meaning here. With `|` in front a path is taken as it stands, `?` included. Throws
 * `PATH_UNSAFE` and `SALTENV_INVALID`.
 */
export function parseSaltUrl(url: string): SaltUrl {
  const rest = isSaltUrl(url) ? url.slice(scheme.length) : url
  if (rest.startsWith('|')) return { path: parseSaltPath(rest.slice(1)), saltenv: undefined }
  const at = rest.indexOf('?')
  if (at < 0) return { path: parseSaltPath(rest), saltenv: undefined }
  const saltenv = optionsOf(rest.slice(at + 1)).get('saltenv')
  return {
    path: parseSaltPath(rest.slice(0, at)),
    saltenv: saltenv === undefined ? undefined : parseSaltenv(saltenv),
  }
}

function optionsOf(query: string): Map<string, string> {
  const pairs = query.split('&').filter((option) => option.includes('='))
  return new Map(
    pairs.map((option) => [option.slice(0, option.indexOf('=')), option.slice(option.indexOf('=') + 1)]),
  )
}

function problemOf(value: string, path: string): string | undefined {
  if (value.includes('\0')) return 'it holds NUL'
  if (!value.isWellFormed()) return 'it is not well-formed text'
  if (/^(?:[/\\]|[A-Za-z]:[/\\])/.test(value)) return 'it is not relative'
  if (value.split(/[/\\]/).includes('..')) return "it holds '..'"
  if (path === '') return 'it names nothing'
  if (Buffer.byteLength(path) > maxPathBytes) return `it has more than ${maxPathBytes} bytes`
  const isLong = (part: string) => Buffer.byteLength(part) > maxPartBytes
  return path.split('/').some(isLong) ? `a part of it has more than ${maxPartBytes} bytes` : undefined
}

function unsafe(value: unknown, why: string): SaltError {
  return new SaltError('PATH_UNSAFE', `path ${show(value)} is refused: ${why}`)
}

// SPDX-License-Identifier: Apache-2.0
import { SaltError, Secret } from '@halite/core'

/** Ways to a repository. */
export type GitScheme = 'https' | 'http' | 'ssh' | 'git' | 'file'

/** Where a repository is, with what a URL says of who asks for it kept apart. */
export interface GitUrl {
  readonly scheme: GitScheme
  /** What git is handed: without a password, for http(s) without a user too. */
  readonly href: string
  /** How it is named in messages: without what may be a credential. */
  readonly shown: string
  readonly user: string | undefined
  readonly password: Secret | undefined
}

const schemes: ReadonlySet<string> = new Set(['https', 'http', 'ssh', 'git', 'file'])

/**
 * Reads the URL of a repository: `https`, `http`, `ssh`, `git` and `file` URLs, `user@host:path`, and absolute paths. Throws
 * `CONFIG_INVALID` for what git would take for an option or for a program to run, and for other schemes.
 */
export function parseGitUrl(value: string): GitUrl {
  if (hasControls(value)) throw refused(value, 'it holds control characters')
  if (value.startsWith('-')) throw refused(value, "it begins with '-'")
  if (/^[A-Za-z0-9+.-]+::/.test(value)) throw refused(value, 'it names a helper program of git')
  if (value.startsWith('/')) return local(value)
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(value)) return withScheme(value)
  return scpLike(value)
}

/** Whether a text holds what would end a line, or worse, where git or ssh read it. */
export function hasControls(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\x7f')
}

function local(path: string): GitUrl {
  return { scheme: 'file', href: path, shown: path, user: undefined, password: undefined }
}

function withScheme(value: string): GitUrl {
  const scheme = value.slice(0, value.indexOf(':')).toLowerCase()
  if (!schemes.has(scheme)) {
    throw refused(value, `${scheme} is no scheme of git; there are https, http, ssh, git and file`)
  }
  if (scheme === 'file') return local(value)
  const url = urlOf(value)
  if (url.hostname === '' || url.hostname.startsWith('-')) throw refused(value, 'it names no host')
  const user = decoded(value, url.username)
  const password = decoded(value, url.password)
  if (user?.startsWith('-')) throw refused(value, "its user begins with '-'")
  url.password = ''
  if (scheme === 'https' || scheme === 'http') url.username = ''
  return {
    scheme: scheme as GitScheme,
    href: url.href,
    shown: shownOf(url),
    user,
    password: password === undefined ? undefined : new Secret(password),
  }
}

/** A query may hold a token. */
function shownOf(url: URL): string {
  return url.search === '' ? url.href : `${url.href.slice(0, url.href.indexOf('?'))}?…`
}

function urlOf(value: string): URL {
  try {
    return new URL(value)
  } catch (error) {
    throw refused(value, 'it is no URL', error)
  }
}

function decoded(value: string, part: string): string | undefined {
  if (part === '') return undefined
  const text = unescaped(part)
  if (text === undefined) throw refused(value, 'its user or password is not well encoded')
  if (hasControls(text)) throw refused(value, 'its user or password holds control characters')
  return text
}

function unescaped(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** `user@host:path`, as ssh programs write it. */
function scpLike(value: string): GitUrl {
  const parts = /^(?:(?<user>[^@:/\\]+)@)?(?<host>\[[0-9A-Fa-f:.]+\]|[^@:/\\[\]]{2,}):(?<path>[^:].*)$/.exec(
    value,
  )
  const { user, host = '', path = '' } = parts?.groups ?? {}
  if (parts === null) throw refused(value, 'it is neither a URL, nor an absolute path, nor user@host:path')
  if ([user, host, path].some((part) => part?.startsWith('-'))) {
    throw refused(value, "a part of it begins with '-'")
  }
  return { scheme: 'ssh', href: value, shown: value, user, password: undefined }
}

function refused(value: string, why: string, cause?: unknown): SaltError {
  // A password stands before the last @ of a URL.
  const shown = value.replace(/^([^/@]*:\/\/)[^/]*@/, '$1…@').replace(/\?.*$/s, '?…')
  return new SaltError(
    'CONFIG_INVALID',
    `git URL ${JSON.stringify(shown.slice(0, 200))} is refused: ${why}`,
    {
      hint: 'Write https://host/path.git, ssh://user@host/path.git, user@host:path.git, file:///path or /path.',
      cause,
    },
  )
}

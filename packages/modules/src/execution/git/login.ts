// SPDX-License-Identifier: Apache-2.0
import { type GitLogin, SaltError } from '@halite/core'

/** A URL of a repository, apart from who asks. */
export interface Remote {
  /** Without a password, for http(s) without a user too. */
  readonly url: string
  readonly login?: GitLogin
}

/** Who asks by https, as arguments say. */
export interface HttpsAuth {
  readonly https_user?: string | undefined
  readonly https_pass?: string | undefined
}

/** A URL and its user and password, from the URL itself or from arguments. Throws where they would go over http. */
export function remoteOf(given: string, { https_user: user, https_pass: password }: HttpsAuth = {}): Remote {
  if (given.startsWith('-') || /^[A-Za-z0-9+.-]+::/.test(given))
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `The URL '${redacted(given)}' is refused: git would read it as an option, or run a program`,
    )
  if (!/^https?:\/\//i.test(given)) {
    if (user !== undefined || password !== undefined)
      throw new SaltError('ARGUMENTS_INVALID', 'Basic Auth only supported for HTTPS')
    return { url: given }
  }
  const url = parsed(given)
  const own = { user: decoded(url.username), password: decoded(url.password) }
  url.username = ''
  url.password = ''
  if (password !== undefined && user === undefined)
    throw new SaltError('ARGUMENTS_INVALID', 'http password is given without a user')
  if (user !== undefined && url.protocol !== 'https:')
    throw new SaltError('ARGUMENTS_INVALID', 'Basic Auth only supported for HTTPS')
  const name = user ?? own.user
  return name === ''
    ? { url: url.href }
    : { url: url.href, login: { user: name, password: password ?? own.password } }
}

/** A text without what stands before the `@` of URLs in it. */
export function redacted(text: string): string {
  return text.replace(/(https?:\/\/)[^/\s]*@/gi, '$1<redacted>@')
}

function parsed(given: string): URL {
  try {
    return new URL(given)
  } catch {
    // A password may be why it is none: a slash in it ends the host.
    const shown = given.replace(/:\/\/.*@/, '://<redacted>@')
    throw new SaltError('ARGUMENTS_INVALID', `'${shown}' is not a URL`)
  }
}

/** A part of a URL as it is meant; what is not encoded stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

// SPDX-License-Identifier: Apache-2.0
import { SaltError, show } from '@halite/core'

/** A URL that is not of the file server. */
export interface ExternalUrl {
  readonly scheme: 'http' | 'https' | 'ftp'
  readonly url: URL
  /** The same for people and logs: without user and password. */
  readonly shown: string
  readonly username: string
  readonly password: string
}

const schemes: readonly string[] = ['http', 'https', 'ftp']

/** Whether a text is a URL with a scheme other than `salt` and `file`. */
export function isExternal(url: string): boolean {
  return /^(?!salt:|file:)[A-Za-z][A-Za-z0-9+.-]*:\/\//i.test(url)
}

/** Reads such a URL. Throws `FETCH_FAILED` for one that cannot be read, or of a scheme that nothing fetches. */
export function parseExternal(text: string): ExternalUrl {
  const shown = withoutCredentials(text)
  const scheme = (/^([^:]+):/.exec(text)?.[1] ?? '').toLowerCase()
  if (!schemes.includes(scheme)) {
    throw new SaltError(
      'FETCH_FAILED',
      `${show(shown)} cannot be fetched: nothing here speaks ${scheme}://`,
      {
        hint: 'Put the file below file_roots of the master and name it by salt://, or serve it by https.',
      },
    )
  }
  if (!URL.canParse(text)) throw new SaltError('FETCH_FAILED', `${show(shown)} is no valid URL`)
  const url = new URL(text)
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  url.username = ''
  url.password = ''
  // One of the three above.
  return { scheme: scheme as ExternalUrl['scheme'], url, shown, username, password }
}

/** A URL without user and password. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, '$1')
}

// SPDX-License-Identifier: Apache-2.0
import {
  type FileQuery,
  isSaltUrl,
  parseSaltenv,
  parseSaltUrl,
  SaltError,
  type Saltenv,
  show,
} from '@halite/core'
import type { FileName } from '../file-source.ts'
import { isExternal, parseExternal, withoutCredentials } from './external-url.ts'

/** What URLs name on the file server. */
export class UrlNames {
  readonly #saltenv: string

  /** `saltenv`: the environment where neither the URL nor the query names one; empty for `base`. */
  constructor(saltenv: string) {
    this.#saltenv = saltenv
  }

  /** The file that a URL names. Throws `FETCH_FAILED` for one of another server, and as `parseSaltUrl` does. */
  file(url: string, query: FileQuery): FileName {
    refuseOtherSchemes(url)
    if (!isSaltUrl(url)) throw noUrl(url)
    const { path, saltenv } = parseSaltUrl(url)
    return { path, saltenv: saltenv ?? this.saltenv(query) }
  }

  /** The directory that a URL names: what the paths of its files begin with; empty for the whole environment. */
  directory(url: string, query: FileQuery): { readonly prefix: string; readonly saltenv: Saltenv } {
    refuseOtherSchemes(url)
    if (!isSaltUrl(url)) throw noUrl(url)
    const path = url.replace(/^salt:\/\//, '').replace(/\/+$/, '')
    if (path === '') return { prefix: '', saltenv: this.saltenv(query) }
    const name = this.file(url, query)
    return { prefix: `${name.path}/`, saltenv: name.saltenv }
  }

  /** The environment of a URL that names none. */
  saltenv({ saltenv }: FileQuery): Saltenv {
    return parseSaltenv(saltenv || this.#saltenv || 'base')
  }
}

/** The error for what is neither a URL nor an absolute path. */
function noUrl(url: string): SaltError {
  return new SaltError('PATH_UNSAFE', `${show(url)} is neither a URL nor an absolute path`, {
    hint: 'Name a file of the file server by salt://path.',
  })
}

/** For what only the file server has: lists, hashes. */
function refuseOtherSchemes(url: string): void {
  if (!isExternal(url)) return
  parseExternal(url)
  throw new SaltError('FETCH_FAILED', `${withoutCredentials(url)} is not of the file server`, {
    hint: 'Fetch it with cp.cache_file or cp.get_url.',
  })
}

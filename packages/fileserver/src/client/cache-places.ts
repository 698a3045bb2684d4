// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { SaltError, type Saltenv, type SaltPath, safeJoin, safeJoinMany, show } from '@halite/core'
import { hashBytes } from '../hash-file.ts'

/** Longest name of a cached file of a URL; a longer one is replaced by its hash, as Salt does. */
const maxNameLength = 255

/** Where a minion keeps copies of files: the places that Salt keeps them at. */
export class CachePlaces {
  readonly #cachedir: string

  /** `cachedir` is the option of that name. */
  constructor(cachedir: string) {
    this.#cachedir = cachedir
  }

  /** What is being fetched lies here until it is complete. */
  get fetching(): string {
    return join(this.#cachedir, 'fetching')
  }

  /** The directory of copies of an environment: `files/<saltenv>`. */
  environment(saltenv: Saltenv): string {
    return join(this.#cachedir, 'files', saltenv)
  }

  /** The place of a file of the file server. Throws `PATH_UNSAFE` when a symbolic link stands in its way. */
  salt(saltenv: Saltenv, path: SaltPath): string {
    return safeJoin(this.environment(saltenv), path)
  }

  /** The places of many files at one moment, as `safeJoinMany` gives them: what stands there is the caller's to look at. */
  saltMany(saltenv: Saltenv): (path: SaltPath) => string {
    return safeJoinMany(this.environment(saltenv))
  }

  /** The place of what another URL names: `extrn_files/<saltenv>/<host>/<path>`. Throws `PATH_UNSAFE`. */
  external(saltenv: Saltenv, url: string): string {
    const { host, path, query } = partsOf(url)
    const name = query === '' ? path : `${path}-${query}`
    const short = name.length > maxNameLength ? hashBytes(Buffer.from(name), 'sha256') : name
    const relative = short.replace(/^\/+/, '') || 'index.html'
    return safeJoin(safeJoin(join(this.#cachedir, 'extrn_files', saltenv), host), relative)
  }

  /** The place of a copy of a file of this machine: `localfiles/<path>`. Throws `PATH_UNSAFE`. */
  local(path: string): string {
    return safeJoin(this.localFiles, path.replace(/^[A-Za-z]:/, '').replace(/^[/\\|]+/, ''))
  }

  get localFiles(): string {
    return join(this.#cachedir, 'localfiles')
  }
}

/** The parts of a URL as its author wrote them: Salt names copies by them. User and password are left out. */
function partsOf(url: string): { readonly host: string; readonly path: string; readonly query: string } {
  const [, authority = '', path = '', query = ''] =
    /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(url) ?? []
  // The colon of a port is no part of a name on every system.
  const host = authority.slice(authority.lastIndexOf('@') + 1).replaceAll(':', '')
  if (host === '') throw new SaltError('PATH_UNSAFE', `URL ${show(url)} names no host`)
  return { host, path, query }
}

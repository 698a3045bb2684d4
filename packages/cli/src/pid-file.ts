// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, fstatSync, ftruncateSync, lstatSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  isSaltError,
  makeOwnDirectory,
  messageOf,
  openForWriting,
  readPlainFile,
  SaltError,
  systemCodeOf,
} from '@halite/core'

/** More than any process id has. */
const maxBytes = 64

/** The process id in the file; undefined if there isn't one. */
export function pidIn(path: string): number | undefined {
  try {
    return Number(readPlainFile(path, maxBytes))
  } catch {
    // No pid file: nothing runs under it.
    return undefined
  }
}

/** The file that names the process of a daemon, for as long as it runs. */
export class PidFile {
  readonly #path: string
  readonly #descriptor: number

  /**
   * Writes our process id. For whoever holds the daemon's directories: a second daemon must never get so far. Throws as
   * `openForWriting`, and `PERMISSION_DENIED`.
   */
  constructor(path: string) {
    this.#path = path
    this.#descriptor = open(path)
    ftruncateSync(this.#descriptor, 0)
    writeSync(this.#descriptor, `${process.pid}\n`)
  }

  /**
   * Removes the file, unless it is another one by now or names another process. A user who may not remove it is content
   * to empty it.
   */
  remove(): void {
    try {
      if (!this.#isStillOurs()) return
      ftruncateSync(this.#descriptor, 0)
      unlinkSync(this.#path)
    } catch (error) {
      const code = systemCodeOf(error)
      if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOENT') throw error
    } finally {
      closeSync(this.#descriptor)
    }
  }

  #isStillOurs(): boolean {
    const [here, opened] = [lstatSync(this.#path, { throwIfNoEntry: false }), fstatSync(this.#descriptor)]
    return here?.ino === opened.ino && here.dev === opened.dev && pidIn(this.#path) === process.pid
  }
}

function open(path: string): number {
  try {
    if (!existsSync(dirname(path))) makeOwnDirectory(dirname(path), { mode: 0o755, allowGroup: true })
    return openForWriting(path, { mode: 0o644 })
  } catch (cause) {
    if (isSaltError(cause)) throw cause
    throw new SaltError('PERMISSION_DENIED', `pid file ${path} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Its owner has to be the user this runs as: see the options pidfile and user.',
    })
  }
}

// SPDX-License-Identifier: Apache-2.0
import { type Clock, type ErrorCode, isSaltError, type Saltenv } from '@halite/core'
import type {
  FileName,
  FileRange,
  FileSource,
  FoundFile,
  HashedFile,
  ListKind,
  ListOptions,
  ReadOptions,
  WaitOptions,
} from '../file-source.ts'

export interface PatienceOptions {
  readonly clock: Clock
  /** How long what passes is waited out, from the first failure on. */
  readonly patienceMs: number
}

/** What passes: a master that starts again, a path that was cut, a master with too much to do. */
const passing: readonly ErrorCode[] = ['SESSION_LOST', 'REQUEST_TIMEOUT', 'BUSY', 'MASTER_UNREACHABLE']
const shortestPauseMs = 50
const longestPauseMs = 1000

/**
 * A source whose failures that pass are waited out: a range that was on its way when the connection broke is asked for again,
 * and so a transfer goes on where it stopped.
 */
export class PatientSource implements FileSource {
  readonly #source: FileSource
  readonly #options: PatienceOptions

  constructor(source: FileSource, options: PatienceOptions) {
    this.#source = source
    this.#options = options
  }

  envs(options?: WaitOptions): Promise<readonly Saltenv[]> {
    return this.#waitOut(() => this.#source.envs(options), options)
  }

  find(file: FileName, options?: WaitOptions): Promise<FoundFile | undefined> {
    return this.#waitOut(() => this.#source.find(file, options), options)
  }

  findHashed(file: FileName, options?: WaitOptions): Promise<HashedFile | undefined> {
    return this.#waitOut(() => this.#source.findHashed(file, options), options)
  }

  read(file: FoundFile, range: FileRange, options?: ReadOptions): Promise<Uint8Array> {
    return this.#waitOut(() => this.#source.read(file, range, options), options)
  }

  list(saltenv: Saltenv, kind: ListKind, options?: ListOptions): Promise<readonly string[]> {
    return this.#waitOut(() => this.#source.list(saltenv, kind, options), options)
  }

  symlinks(saltenv: Saltenv, options?: ListOptions): Promise<Readonly<Record<string, string>>> {
    return this.#waitOut(() => this.#source.symlinks(saltenv, options), options)
  }

  tree(saltenv: Saltenv, options?: ListOptions): Promise<readonly HashedFile[]> {
    return this.#waitOut(() => this.#source.tree(saltenv, options), options)
  }

  async #waitOut<T>(ask: () => Promise<T>, { signal }: WaitOptions = {}): Promise<T> {
    const { clock, patienceMs } = this.#options
    let endMs: number | undefined
    for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        return await ask()
      } catch (error) {
        if (!passing.some((code) => isSaltError(error, code))) throw error
        endMs ??= clock.monotonicMs() + patienceMs
        // A fleet that lost its master does not come back at one moment.
        const waitMs = pauseMs * (0.5 + Math.random())
        if (clock.monotonicMs() + waitMs > endMs) throw error
        await clock.sleep(waitMs, signal)
      }
    }
  }
}

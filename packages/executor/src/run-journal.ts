// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  type DataMap,
  isMap,
  type Jid,
  makeOwnDirectory,
  pack,
  textKeyed,
  unpack,
  valueAt,
} from '@halite/core'
import type { LeftRun, RunJournal, StateResult } from '@halite/loader'

const folder = 'state_runs'
const headBytes = 4
/** Files that only we write, of results that a return may hold. */
const limits = { maxBytes: 80 * 1024 * 1024, maxDepth: 300, maxValues: 2_000_000 }

/** What is said of a run whose process was lost. */
export interface LostRun extends LeftRun {
  readonly reason: string
}

/** Where the notes of runs lie below `cachedir`, one file for each. */
export function journalPath(cachedir: string, jid: Jid): string {
  return join(cachedir, folder, jid)
}

/**
 * The notes of one run, in a file that is made with the first of them: records of a length and a value. What ends is written with the next
 * beginning, so that each state costs one write. What cannot be written is left out: the run matters more.
 */
export class FileJournal implements RunJournal {
  readonly #cachedir: string
  readonly #path: string
  readonly #reason: string | undefined
  #pending: Buffer[] = []
  #file: number | undefined
  #isBroken = false

  /** `reason`: how the process before this one was lost, where the run is continued. */
  constructor(cachedir: string, jid: Jid, reason?: string) {
    this.#cachedir = cachedir
    this.#path = journalPath(cachedir, jid)
    this.#reason = reason
  }

  get left(): LeftRun | undefined {
    const left = this.#reason === undefined ? undefined : readJournal(this.#path)
    return left && { ...left, reason: this.#reason }
  }

  begin(tag: string): void {
    this.#pending.push(record({ b: tag }))
    this.#write()
  }

  asked(tag: string): void {
    this.#pending.push(record({ a: tag }))
  }

  end(tag: string, result: StateResult): void {
    try {
      this.#pending.push(record({ e: tag, r: result }))
    } catch {
      // A result that cannot be packed cannot be returned either: the end of the job says so.
    }
  }

  /** The run is over, and its return is on the way. */
  close(): void {
    this.#pending = []
    if (this.#file === undefined) return
    closeSync(this.#file)
    this.#file = undefined
    removeJournal(this.#path)
  }

  #write(): void {
    if (this.#isBroken) return
    try {
      this.#file ??= this.#open()
      writeSync(this.#file, Buffer.concat(this.#pending))
    } catch {
      this.#isBroken = true
    }
    this.#pending = []
  }

  #open(): number {
    makeOwnDirectory(join(this.#cachedir, folder), { mode: 0o700 })
    return openSync(this.#path, 'a', 0o600)
  }
}

/** The notes in a file, as far as they are whole; undefined when there are none. */
export function readJournal(path: string): LeftRun | undefined {
  const results = new Map<string, StateResult>()
  const open = new Set<string>()
  try {
    for (const note of recordsIn(readFileSync(path))) {
      const [begun, asked, ended] = ['b', 'a', 'e'].map((key) => valueAt(note, key))
      if (typeof begun === 'string') open.add(begun)
      if (typeof asked === 'string') open.delete(asked)
      if (typeof ended !== 'string') continue
      open.delete(ended)
      const result = valueAt(note, 'r')
      // Written above.
      if (isMap(result)) results.set(ended, textKeyed(result) as unknown as StateResult)
    }
  } catch {
    // The file does not exist or cannot be read, so nothing is known of the run.
  }
  return results.size + open.size === 0 ? undefined : { results, open: [...open] }
}

/** Removes the notes of a run. Throws nothing. */
export function removeJournal(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // A file that stays is overwritten by nothing: jids do not come again.
  }
}

/** A run as it is returned whose process was lost: what ran, and which state was running. */
export function lostRunReturn({ results, open, reason }: LostRun): ReadonlyMap<string, unknown> {
  const returned = new Map<string, unknown>(results)
  let number = Math.max(-1, ...[...results.values()].map((one) => Number(one['__run_num__']))) + 1
  const tags = open.length === 0 ? ['run_|-interrupted_|-interrupted_|-None'] : open
  for (const tag of tags) {
    const [, id = '', name = ''] = tag.split('_|-')
    const comment = `${reason}; what it had done by then is not known. What comes behind it did not run.`
    returned.set(tag, { name, __id__: id, result: false, changes: {}, comment, __run_num__: number++ })
  }
  return returned
}

function record(value: unknown): Buffer {
  const body = pack(value)
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

function* recordsIn(bytes: Buffer): Generator<DataMap> {
  for (let at = 0; at + headBytes <= bytes.length; ) {
    const end = at + headBytes + bytes.readUInt32BE(at)
    if (end > bytes.length) return
    const value = unpack(bytes.subarray(at + headBytes, end), limits)
    if (isMap(value)) yield value
    at = end
  }
}

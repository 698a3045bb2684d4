// SPDX-License-Identifier: Apache-2.0
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import {
  type Jid,
  type Logger,
  makeOwnDirectory,
  messageOf,
  pack,
  schema,
  systemCodeOf,
  unpack,
  writeFileAtomic,
} from '@halite/core'
import { type JobReturn, loads } from '@halite/protocol'

/** A return that the master named by `master` has not acknowledged. */
export interface PendingReturn {
  readonly master: string
  readonly ret: JobReturn
}

const recordSchema = schema.record({
  master: schema.text(),
  ret: schema.optional(loads.returnSchema),
  done: schema.optional(schema.listOf(schema.jobId)),
})
type JournalRecord = schema.Decoded<typeof recordSchema>
const headBytes = 8
const noLimits = { maxBytes: Number.MAX_SAFE_INTEGER }

/** A file smaller than this is not worth rewriting. */
const smallBytes = 1024 * 1024
/** How many times larger the file may be than what is pending in it. */
const maxSlack = 4

interface Kept {
  readonly pending: PendingReturn
  /** What its record takes. */
  readonly bytes: number
}

/**
 * Returns on disk until they are acknowledged: an append-only file of records (length, CRC-32, msgpack), emptied whenever
 * nothing is outstanding, and rewritten when most of it is over. A record cut off by a crash is dropped; everything before
 * it is kept.
 */
export class ReturnJournal {
  readonly #path: string
  readonly #log: Logger
  readonly #pending = new Map<string, Kept>()
  /** What is over and not yet noted in the file, by master: noted late, it is only sent once more after a crash. */
  readonly #over = new Map<string, Jid[]>()
  #noting: NodeJS.Immediate | undefined
  #descriptor: number
  #size = 0
  #pendingBytes = 0

  constructor(path: string, log: Logger) {
    this.#path = path
    this.#log = log
    makeOwnDirectory(dirname(path), { mode: 0o750 })
    for (const { record, bytes } of readRecords(path, log)) this.#apply(record, bytes)
    this.#descriptor = this.#makeAnew()
  }

  /** Unacknowledged returns, oldest first. */
  pending(): PendingReturn[] {
    return [...this.#pending.values()].map(({ pending }) => pending)
  }

  /** Whether a return of this job waits for its acknowledgement. */
  has(jid: string): boolean {
    return this.pending().some(({ ret }) => ret.jid === jid)
  }

  /** Puts a return on disk. When that fails with the system's error it is pending all the same, in memory. */
  add(master: string, ret: JobReturn): void {
    this.#write({ master, ret })
    if (this.#size < smallBytes || this.#size < maxSlack * this.#pendingBytes) return
    const before = this.#descriptor
    try {
      // The old one stays open until the new one is: its number would soon be that of another file.
      this.#descriptor = this.#makeAnew()
      closeSync(before)
    } catch (error) {
      this.#log.warning('the journal of returns stays as large as it is', {
        path: this.#path,
        reason: messageOf(error),
      })
    }
  }

  /** The master has it; it may be forgotten. The file follows in the next turn of the loop. */
  done(master: string, jid: Jid): void {
    if (!this.#forget(nameOf(master, jid))) return
    const over = this.#over.get(master) ?? []
    over.push(jid)
    this.#over.set(master, over)
    this.#noting ??= setImmediate(() => this.#note())
  }

  close(): void {
    this.#note()
    fsyncSync(this.#descriptor)
    closeSync(this.#descriptor)
  }

  #note(): void {
    clearImmediate(this.#noting)
    this.#noting = undefined
    try {
      if (this.#pending.size > 0) for (const [master, done] of this.#over) this.#write({ master, done })
      else if (this.#size > 0) {
        ftruncateSync(this.#descriptor, 0)
        this.#size = 0
      }
      this.#over.clear()
    } catch (error) {
      // Noted with the next one; after a crash they would only be sent once more.
      this.#log.warning('the journal of returns cannot be written', {
        path: this.#path,
        reason: messageOf(error),
      })
    }
  }

  #apply({ master, ret, done }: JournalRecord, bytes: number): void {
    for (const jid of done ?? []) this.#forget(nameOf(master, jid))
    if (ret === undefined) return
    const name = nameOf(master, ret.jid)
    this.#forget(name)
    this.#pending.set(name, { pending: { master, ret }, bytes })
    this.#pendingBytes += bytes
  }

  #forget(name: string): boolean {
    this.#pendingBytes -= this.#pending.get(name)?.bytes ?? 0
    return this.#pending.delete(name)
  }

  #write(record: JournalRecord): void {
    const bytes = encode(record)
    this.#apply(record, bytes.length)
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done)
      this.#size += bytes.length
    } catch (error) {
      // Behind half a record nothing could be read any more.
      ftruncateSync(this.#descriptor, this.#size)
      throw error
    }
  }

  /** Replaces the file by one without what is over or was cut off; the old one is whole until the new one is. */
  #makeAnew(): number {
    const records = Buffer.concat(this.pending().map(encode))
    writeFileAtomic(this.#path, records, { mode: 0o600 })
    this.#size = records.length
    return openSync(this.#path, 'a', 0o600)
  }
}

function nameOf(master: string, jid: string): string {
  return `${master} ${jid}`
}

function encode(record: unknown): Buffer {
  const body = pack(record)
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(body.length, 0)
  head.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([head, body])
}

function readRecords(path: string, log: Logger): { record: JournalRecord; bytes: number }[] {
  const file = readWhole(path)
  const records: ReturnType<typeof readRecords> = []
  for (let at = 0; at + headBytes <= file.length; ) {
    const end = at + headBytes + file.readUInt32BE(at)
    const body = file.subarray(at + headBytes, end)
    if (end > file.length || crc32(body) !== file.readUInt32BE(at + 4)) {
      log.warning('the journal of returns ends in a broken record', { path, at })
      return records
    }
    try {
      records.push({ record: recordSchema(unpack(body, noLimits), 'record'), bytes: end - at })
    } catch (error) {
      log.warning('a record of the journal of returns is not readable', {
        path,
        at,
        reason: messageOf(error),
      })
    }
    at = end
  }
  return records
}

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

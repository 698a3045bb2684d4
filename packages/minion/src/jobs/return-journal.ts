// SPDX-License-Identifier: Apache-2.0
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Logger, messageOf, pack, schema, systemCodeOf, unpack } from '@halite/core'
import { type JobReturn, loads } from '@halite/protocol'

/** A return that the master named by `master` has not acknowledged. */
export interface PendingReturn {
  readonly master: string
  readonly ret: JobReturn
}

const recordSchema = schema.record({
  master: schema.text(),
  ret: schema.optional(loads.returnSchema),
  done: schema.optional(schema.jobId),
})
const headBytes = 8
const noLimits = { maxBytes: Number.MAX_SAFE_INTEGER }

/**
 * Returns on disk until they are acknowledged: an append-only file of records (length, CRC-32, msgpack), emptied whenever
 * nothing is outstanding. A record cut off by a crash is dropped; everything before it is kept.
 */
export class ReturnJournal {
  readonly #descriptor: number
  readonly #pending = new Map<string, PendingReturn>()
  #size = 0

  constructor(path: string, log: Logger) {
    mkdirSync(dirname(path), { recursive: true })
    for (const record of readRecords(path, log)) this.#apply(record)
    this.#descriptor = openSync(path, 'a', 0o600)
    this.#rewrite()
  }

  /** Unacknowledged returns, oldest first. */
  pending(): PendingReturn[] {
    return [...this.#pending.values()]
  }

  has(jid: string): boolean {
    return [...this.#pending.values()].some(({ ret }) => ret.jid === jid)
  }

  /** Puts a return on disk. */
  add(master: string, ret: JobReturn): void {
    this.#write({ master, ret })
  }

  /** The master has it; it may be forgotten. */
  done(master: string, jid: JobReturn['jid']): void {
    const name = nameOf(master, jid)
    if (!this.#pending.has(name)) return
    if (this.#pending.size > 1) this.#write({ master, done: jid })
    else {
      this.#pending.delete(name)
      this.#truncate()
    }
  }

  close(): void {
    fsyncSync(this.#descriptor)
    closeSync(this.#descriptor)
  }

  #apply({ master, ret, done }: schema.Decoded<typeof recordSchema>): void {
    if (ret) this.#pending.set(nameOf(master, ret.jid), { master, ret })
    if (done) this.#pending.delete(nameOf(master, done))
  }

  #write(record: schema.Decoded<typeof recordSchema>): void {
    this.#apply(record)
    const bytes = encode(record)
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done)
    this.#size += bytes.length
  }

  #truncate(): void {
    ftruncateSync(this.#descriptor, 0)
    this.#size = 0
  }

  /** Leaves out of the file what was acknowledged or cut off. */
  #rewrite(): void {
    this.#truncate()
    for (const { master, ret } of this.pending()) this.#write({ master, ret })
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

function readRecords(path: string, log: Logger): schema.Decoded<typeof recordSchema>[] {
  const file = readWhole(path)
  const records: schema.Decoded<typeof recordSchema>[] = []
  for (let at = 0; at + headBytes <= file.length; ) {
    const end = at + headBytes + file.readUInt32BE(at)
    const body = file.subarray(at + headBytes, end)
    if (end > file.length || crc32(body) !== file.readUInt32BE(at + 4)) {
      log.warning('the journal of returns ends in a broken record', { path, at })
      return records
    }
    try {
      records.push(recordSchema(unpack(body, noLimits), 'record'))
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

// SPDX-License-Identifier: Apache-2.0
import { readSync, writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { freeBytes, messageOf, systemCodeOf } from '@halite/core'
import { startHash } from '../hash-file.ts'
import type { HasherAnswer, HasherOrder, HasherProblem } from './hasher-orders.ts'

// A thread that hashes open files, and writes those that are fetched. Descriptors belong to the whole process: it uses those of whoever asks.

interface Hashed {
  readonly descriptor: number
  readonly hash: ReturnType<typeof startHash>
  at: number
  failure?: Omit<HasherProblem, 'file'>
}

const files = new Map<number, Hashed>()
const piece = Buffer.allocUnsafeSlow(256 * 1024)

parentPort?.on('message', (order: HasherOrder) => {
  if (order.type === 'start') {
    files.set(order.file, { descriptor: order.descriptor, hash: startHash(order.algorithm), at: 0 })
    return
  }
  const hashed = files.get(order.file)
  if (order.type === 'piece') writePiece(order.file, order.bytes, hashed)
  else if (order.type === 'read') {
    if (hashed) attempt(hashed, () => read(hashed, order.size))
  } else {
    files.delete(order.file)
    answer(resultOf(order.file, hashed))
  }
})

function writePiece(file: number, bytes: Uint8Array<ArrayBuffer>, hashed: Hashed | undefined): void {
  const done = bytes.length
  if (hashed !== undefined) attempt(hashed, () => write(hashed, bytes))
  freeBytes(bytes)
  answer(hashed?.failure === undefined ? { file, done } : { file, ...hashed.failure })
}

/** After a failure nothing more is done with the file. */
function attempt(hashed: Hashed, work: () => void): void {
  if (hashed.failure !== undefined) return
  try {
    work()
  } catch (error) {
    hashed.failure = { problem: messageOf(error), code: systemCodeOf(error) }
  }
}

function write(hashed: Hashed, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const written = writeSync(hashed.descriptor, bytes, done, bytes.length - done, hashed.at)
    done += written
    hashed.at += written
  }
  hashed.hash.update(bytes)
}

function read(hashed: Hashed, size: number): void {
  while (hashed.at < size) {
    const bytes = readSync(hashed.descriptor, piece, 0, Math.min(piece.length, size - hashed.at), hashed.at)
    if (bytes === 0) return
    hashed.hash.update(piece.subarray(0, bytes))
    hashed.at += bytes
  }
}

function answer(result: HasherAnswer): void {
  parentPort?.postMessage(result)
}

function resultOf(file: number, hashed: Hashed | undefined): HasherAnswer {
  // As when an earlier thread, which knew it, has ended.
  if (hashed === undefined) return { file, problem: 'this thread does not know it', code: undefined }
  const { hash, failure } = hashed
  return failure === undefined ? { file, hsum: hash.digest('hex') } : { file, ...failure }
}

// SPDX-License-Identifier: Apache-2.0
import { readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { messageOf } from '@halite/core'
import { startHash } from '../hash-file.ts'
import type { HasherAnswer, HasherOrder } from './hasher-orders.ts'

// A thread that hashes open files as they grow. Descriptors belong to the whole process: it reads through those of whoever asks.

interface Hashed {
  readonly descriptor: number
  readonly hash: ReturnType<typeof startHash>
  at: number
  problem?: string
}

const files = new Map<number, Hashed>()
const piece = Buffer.allocUnsafeSlow(256 * 1024)

parentPort?.on('message', (order: HasherOrder) => {
  if (order.type === 'start') {
    files.set(order.file, { descriptor: order.descriptor, hash: startHash(order.algorithm), at: 0 })
    return
  }
  const hashed = files.get(order.file)
  if (order.type === 'grown') return hashed && read(hashed, order.size)
  files.delete(order.file)
  answer(order.file, hashed)
})

function read(hashed: Hashed, size: number): void {
  try {
    while (hashed.at < size) {
      const bytes = readSync(hashed.descriptor, piece, 0, Math.min(piece.length, size - hashed.at), hashed.at)
      if (bytes === 0) return
      hashed.hash.update(piece.subarray(0, bytes))
      hashed.at += bytes
    }
  } catch (error) {
    hashed.problem = messageOf(error)
  }
}

function answer(file: number, hashed: Hashed | undefined): void {
  parentPort?.postMessage(resultOf(file, hashed))
}

function resultOf(file: number, hashed: Hashed | undefined): HasherAnswer {
  // As when an earlier thread, which knew it, has ended.
  if (hashed === undefined) return { file, problem: 'this thread does not know it' }
  const { hash, problem } = hashed
  return problem === undefined ? { file, hsum: hash.digest('hex') } : { file, problem }
}

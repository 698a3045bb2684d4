// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { openSealed, type SealedParts } from '@halite/protocol'

/* The entry of the thread that opens large frames: a millisecond and more for each MiB, which nobody else waits for. */

/** A frame and the key it is sealed under. */
export interface SealedWork extends SealedParts {
  readonly number: number
  readonly key: KeyObject
}

/** The body, with memory of its own; undefined when the frame did not open. */
export interface SealedResult {
  readonly number: number
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

parentPort?.on('message', (work: SealedWork) => {
  const body = alone(openSealed(work.key, work))
  const result: SealedResult = { number: work.number, body }
  parentPort?.postMessage(result, body ? [body.buffer] : [])
})

/** Memory of this size is not shared with others as Node makes it; should it ever be, it is copied. */
function alone(body: Buffer | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined) return undefined
  const isAlone = body.buffer instanceof ArrayBuffer && body.byteLength === body.buffer.byteLength
  return isAlone ? (body as Uint8Array<ArrayBuffer>) : new Uint8Array(body)
}

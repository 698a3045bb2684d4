// SPDX-License-Identifier: Apache-2.0
import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** What newer Nodes have. */
interface Transferable {
  readonly transfer?: (bytes: number) => ArrayBuffer
}

/** Closed: what is transferred to it is dropped. */
let nowhere: MessagePort | undefined

/**
 * Frees the memory of large bytes now. From then on they have no length. Left to the garbage collector, a few megabytes of such
 * memory have it look through everything else. The bytes must be all of an array buffer that Node or V8 allocated for them, and nobody
 * may use them any more, nor the system: not before what writes them has called back.
 */
export function freeBytes(bytes: Uint8Array<ArrayBuffer>): void {
  const { buffer } = bytes
  const { transfer } = buffer as Transferable
  if (transfer !== undefined) transfer.call(buffer, 0)
  else closedPort().postMessage(undefined, [buffer])
}

function closedPort(): MessagePort {
  if (nowhere === undefined) {
    nowhere = new MessageChannel().port1
    nowhere.close()
  }
  return nowhere
}

/**
 * Has the C library keep up to twice as many bytes of freed memory for the next ones of this process: each page that goes back to
 * the system costs it a fault and a clearing when it returns. glibc learns that from the largest block that is freed; others ignore it.
 */
export function keepFreed(bytes: number): void {
  freeBytes(Buffer.allocUnsafeSlow(bytes) as Buffer<ArrayBuffer>)
}

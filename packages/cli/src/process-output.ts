// SPDX-License-Identifier: Apache-2.0
import { fstatSync, writeSync } from 'node:fs'
import { systemCodeOf } from '@halite/core'

/** What a terminal writes to; every writable stream is one. */
export interface OutputStream {
  readonly isTTY?: boolean
  /** How wide the terminal is now; absent or 0 where that is unknown. */
  readonly columns?: number
  /** `done` is called when the text has left, or with the reason why it cannot. */
  write(text: string | Uint8Array, done: (error?: Error | null) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

type Descriptor = 1 | 2

/**
 * Standard output (1) or standard error (2) of this process. Node's streams take a tool several milliseconds to load: a
 * pipe, a socket or a file is written to directly, where that waits for the reader as Node's stream does.
 */
export function processOutput(descriptor: Descriptor): OutputStream {
  return isDirect(descriptor) ? new DirectOutput(descriptor) : streamOf(descriptor)
}

function streamOf(descriptor: Descriptor): OutputStream {
  return descriptor === 1 ? process.stdout : process.stderr
}

/** Terminals are character devices. Windows writes to pipes without waiting. */
function isDirect(descriptor: Descriptor): boolean {
  if (process.platform === 'win32') return false
  try {
    return !fstatSync(descriptor).isCharacterDevice()
  } catch {
    return false // closed: Node's stream says so
  }
}

class DirectOutput implements OutputStream {
  readonly isTTY = false
  readonly #descriptor: Descriptor
  readonly #listeners: ((error: Error) => void)[] = []
  /** What writes once the descriptor has refused to wait for its reader, as another process can make it do. */
  #stream: OutputStream | undefined

  constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor
  }

  on(_event: 'error', listener: (error: Error) => void): void {
    this.#listeners.push(listener)
  }

  write(text: string, done: (error?: Error | null) => void): void {
    if (this.#stream !== undefined) {
      this.#stream.write(text, done)
      return
    }
    try {
      const left = writeWhatFits(this.#descriptor, Buffer.from(text))
      if (left.length === 0) done()
      else this.#openStream().write(left, done)
    } catch (error) {
      done(error as Error)
    }
  }

  #openStream(): OutputStream {
    const stream = streamOf(this.#descriptor)
    for (const listener of this.#listeners) stream.on('error', listener)
    this.#stream = stream
    return stream
  }
}

/** Returns what the descriptor would have to be waited for. Throws the system's error. */
function writeWhatFits(descriptor: Descriptor, bytes: Buffer): Buffer {
  let left = bytes
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(descriptor, left))
    } catch (error) {
      if (systemCodeOf(error) === 'EAGAIN') return left
      throw error
    }
  }
  return left
}

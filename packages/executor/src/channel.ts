// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream'
import { messageOf } from '@halite/core'

/** What carries messages between a daemon and an executor: whole, in order, until it closes. */
export interface MessageChannel {
  /** Sends one message; `onSent` is called when it has left this process, or never will. Throws nothing. */
  send(bytes: Uint8Array, onSent?: () => void): void
  /** Nothing more arrives, and nothing more is sent. */
  close(): void
}

/** What a channel reports to its owner. */
export interface ChannelEvents {
  readonly onMessage: (bytes: Uint8Array) => void
  /** Called once when the other side is gone. */
  readonly onClose: (reason: string) => void
}

/** The ends of Node's IPC that both a `ChildProcess` and `process` have. */
export interface IpcEnd {
  readonly connected: boolean
  send?(message: unknown, callback: (error: Error | null) => void): boolean
  disconnect?(): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

/** A channel over the IPC of Node, at either end of it. What is not bytes was not sent by us and is dropped. */
export function ipcChannel(end: IpcEnd, { onMessage, onClose }: ChannelEvents): MessageChannel {
  end.on('message', (message) => {
    if (message instanceof Uint8Array) onMessage(message)
  })
  end.on('disconnect', () => onClose('disconnected'))
  return {
    send: (bytes, onSent = ignore) => {
      if (!end.connected || end.send === undefined) onSent()
      // A message that cannot be sent any more: the end of the process says why.
      else end.send(bytes, () => onSent())
    },
    close: () => {
      if (end.connected) end.disconnect?.()
    },
  }
}

/** The part of a writable stream that a channel needs. */
export interface ByteSink {
  write(bytes: Uint8Array, callback: (error?: Error | null) => void): boolean
  end(): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface StreamEnds {
  readonly input: Readable
  readonly output: ByteSink
  /** Largest message that is accepted. */
  readonly maxBytes: number
}

const headBytes = 4

/**
 * A channel over two byte streams, such as the standard input and output of a program: each message is its length in four
 * bytes, big-endian, and then itself. A message over `maxBytes` closes the channel.
 */
export function streamChannel(
  { input, output, maxBytes }: StreamEnds,
  { onMessage, onClose }: ChannelEvents,
): MessageChannel {
  let isOpen = true
  const close = (reason: string): void => {
    if (!isOpen) return
    isOpen = false
    input.destroy()
    onClose(reason)
  }
  const frames = new Frames(maxBytes)
  input.on('data', (chunk: Buffer) => {
    try {
      for (const frame of frames.add(chunk)) if (isOpen) onMessage(frame)
    } catch (error) {
      close(messageOf(error))
    }
  })
  input.on('end', () => close('disconnected'))
  input.on('error', (error) => close(error.message))
  output.on('error', (error) => close(error.message))
  return {
    send: (bytes, onSent = ignore) => {
      if (!isOpen) return onSent()
      const head = Buffer.alloc(headBytes)
      head.writeUInt32BE(bytes.length)
      output.write(head, ignore)
      output.write(bytes, () => onSent())
    },
    close: () => {
      if (!isOpen) return
      isOpen = false
      output.end()
      input.destroy()
    },
  }
}

/** Cuts a stream of bytes into messages. */
class Frames {
  readonly #maxBytes: number
  #chunks: Buffer[] = []
  #length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The messages that are complete with this chunk. Throws when one is announced that is too large. */
  add(chunk: Buffer): Uint8Array[] {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    const found: Uint8Array[] = []
    for (let size = this.#announced(); size !== undefined && this.#length >= size; size = this.#announced()) {
      const all = this.#whole()
      found.push(all.subarray(headBytes, size))
      this.#keep(all.subarray(size))
    }
    return found
  }

  /** The size of the next message with its head, once the head is here. */
  #announced(): number | undefined {
    if (this.#length < headBytes) return undefined
    // Only the head is put together here: a large message arrives in many chunks.
    const first = this.#chunks[0] ?? Buffer.alloc(0)
    const head = first.length >= headBytes ? first : this.#whole()
    const length = head.readUInt32BE(0)
    if (length <= this.#maxBytes) return headBytes + length
    throw new Error(`a message of ${length} bytes is over the limit of ${this.#maxBytes}`)
  }

  #whole(): Buffer {
    const all = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks)
    this.#chunks = [all]
    return all
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#length = rest.length
  }
}

function ignore(): void {
  // Nobody waits for it.
}

// SPDX-License-Identifier: Apache-2.0
import { connect, type Socket } from 'node:net'
import { SaltError } from '@halite/core'

/** A value as a server of Redis gives it: bytes are text in UTF-8. */
export type RedisReply = string | number | null | readonly RedisReply[]

/** Where a server is, and which of its databases is meant. */
export interface RedisServer {
  readonly host: string
  readonly port: number
  readonly db: number
  readonly password: string
}

const maxReplyBytes = 16 * 1024 * 1024
const maxDepth = 8
const timeoutMs = 10_000

/**
 * Runs `use` with a connection to a server of Redis, which is closed afterwards. Rejects with `COMMAND_FAILED` when the server is not
 * to be had, refuses, is silent for ten seconds, or sends what cannot be read.
 */
export async function withRedis<T>(
  server: RedisServer,
  signal: AbortSignal,
  use: (ask: (...words: readonly string[]) => Promise<RedisReply>) => Promise<T>,
): Promise<T> {
  const socket = connect({ host: server.host, port: server.port, timeout: timeoutMs, signal })
  const replies = new Replies(socket)
  const ask = (...words: readonly string[]) => {
    socket.write(commandOf(words))
    return replies.next()
  }
  try {
    if (server.password !== '') await ask('AUTH', server.password)
    if (server.db !== 0) await ask('SELECT', String(server.db))
    return await use(ask)
  } catch (error) {
    throw new SaltError('COMMAND_FAILED', `redis at ${server.host}:${server.port}: ${reasonOf(error)}`, {
      cause: error,
    })
  } finally {
    socket.destroy()
  }
}

function commandOf(words: readonly string[]): Buffer {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`)
}

function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return message || code || String(error)
}

/** More bytes are needed. */
const unfinished = Symbol('unfinished')

/** Reads replies one after the other. */
class Replies {
  readonly #socket: Socket
  #bytes = Buffer.alloc(0)
  #at = 0
  #failure: Error | undefined
  #wake: (() => void) | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      if (this.#bytes.length > maxReplyBytes)
        this.#fail(new Error(`its reply has more than ${maxReplyBytes} bytes`))
      else this.#wake?.()
    })
    socket.on('timeout', () => this.#fail(new Error(`it said nothing for ${timeoutMs / 1000} s`)))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('it closed the connection')))
  }

  async next(): Promise<RedisReply> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure
      this.#at = 0
      const reply = this.#read(0)
      if (reply !== unfinished) {
        this.#bytes = this.#bytes.subarray(this.#at)
        return reply
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#socket.destroy()
    this.#wake?.()
  }

  #read(depth: number): RedisReply | typeof unfinished {
    const line = this.#line()
    if (line === unfinished) return unfinished
    const rest = line.slice(1)
    switch (line[0]) {
      case '+':
        return rest
      case '-':
        throw new Error(`it refused: ${rest}`)
      case ':':
        return Number(rest)
      case '$':
        return this.#text(lengthIn(rest))
      case '*':
        return this.#list(lengthIn(rest), depth)
      default:
        throw new Error('its reply is not of the protocol of Redis')
    }
  }

  #line(): string | typeof unfinished {
    const end = this.#bytes.indexOf('\r\n', this.#at)
    if (end === -1) return unfinished
    const line = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 2
    return line
  }

  #text(length: number): string | null | typeof unfinished {
    if (length === -1) return null
    const end = this.#at + length
    if (this.#bytes.length < end + 2) return unfinished
    const text = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 2
    return text
  }

  #list(length: number, depth: number): RedisReply | typeof unfinished {
    if (length === -1) return null
    if (depth >= maxDepth) throw new Error('its reply is too deep')
    const items: RedisReply[] = []
    while (items.length < length) {
      const item = this.#read(depth + 1)
      if (item === unfinished) return unfinished
      items.push(item)
    }
    return items
  }
}

function lengthIn(text: string): number {
  const length = Number(text)
  if (/^(-1|\d+)$/.test(text) && length <= maxReplyBytes) return length
  throw new Error('a length in its reply cannot be')
}

// SPDX-License-Identifier: Apache-2.0
import { systemCodeOf } from '@halite/core'

/** A stream as `process.stdout` is one. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean
}

export interface TerminalOptions {
  /** `--no-color`. */
  readonly noColor?: boolean
  /** `--force-color`; wins over everything. */
  readonly forceColor?: boolean
  readonly stdout?: OutputStream
  readonly stderr?: OutputStream
  readonly env?: NodeJS.ProcessEnv
}

/** Where a tool prints. */
export interface Terminal {
  /** Whether results are printed in colour. */
  readonly color: boolean
  /** Prints `text` and a line break on standard output. Does nothing once the reader has gone away. */
  print(text: string): void
  /** The same on standard error. */
  printError(text: string): void
  /** Resolves when everything printed has left the process; to be awaited before it exits. */
  flush(): Promise<void>
}

/**
 * The process's own streams, or those given. A reader that closes its end early (`salt … | head -1`) is no error:
 * what comes later is dropped. Other write errors are thrown by the stream.
 */
export function openTerminal(options: TerminalOptions = {}): Terminal {
  const out = new Channel(options.stdout ?? process.stdout)
  const error = new Channel(options.stderr ?? process.stderr)
  return {
    color: wantsColor(options),
    print: (text) => out.write(`${text}\n`),
    printError: (text) => error.write(`${text}\n`),
    flush: async () => {
      await Promise.all([out.flush(), error.flush()])
    },
  }
}

/**
 * Whether to print in colour: `--force-color` says yes, `--no-color` and a non-empty `NO_COLOR` say no, otherwise
 * colour is for terminals that can show it.
 */
export function wantsColor({ forceColor, noColor, stdout, env = process.env }: TerminalOptions): boolean {
  if (forceColor) return true
  if (noColor || env['NO_COLOR'] || env['TERM'] === 'dumb') return false
  return (stdout ?? process.stdout).isTTY === true
}

class Channel {
  readonly #stream: OutputStream
  #closed = false
  #written: Promise<void> = Promise.resolve()

  constructor(stream: OutputStream) {
    this.#stream = stream
    stream.on('error', (error: unknown) => {
      if (systemCodeOf(error) !== 'EPIPE') throw error
      this.#closed = true
    })
  }

  write(text: string): void {
    if (this.#closed) return
    this.#written = new Promise((resolve) => {
      this.#stream.write(text, () => resolve())
    })
  }

  flush(): Promise<void> {
    return this.#written
  }
}

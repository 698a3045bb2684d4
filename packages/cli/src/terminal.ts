// SPDX-License-Identifier: Apache-2.0
import { systemCodeOf, withVisibleControls } from '@halite/core'

/** A stream as `process.stdout` is one. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean
}

export interface TerminalOptions {
  /** `--no-color`. */
  readonly noColor?: boolean
  /** `--force-color`; wins over everything. */
  readonly forceColor?: boolean
  /** `-l quiet`: remarks are left out. */
  readonly quiet?: boolean
  readonly stdout?: OutputStream
  readonly stderr?: OutputStream
  readonly env?: NodeJS.ProcessEnv
}

/** Where a tool prints. */
export interface Terminal {
  /** Whether results are printed in colour. */
  readonly color: boolean
  /** Whether a person reads standard error as it is written. */
  readonly isWatched: boolean
  /**
   * Prints `text` and a line break on standard output. Control characters are written out, colours apart: whatever a text
   * is made of, it does not steer the terminal. Does nothing once the reader has gone away.
   */
  print(text: string): void
  /** The same on standard error. */
  printError(text: string): void
  /** What is to be said beside the results: on standard error, and not at all with `-l quiet`. */
  remark(text: string): void
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
  const color = wantsColor(options)
  const printError = (text: string) => error.write(`${withVisibleControls(text)}\n`)
  return {
    color,
    isWatched: (options.stderr ?? (process.stderr as OutputStream)).isTTY === true && options.quiet !== true,
    print: (text) => out.write(`${printable(text, color)}\n`),
    printError,
    remark: (text) => {
      if (!options.quiet) printError(text)
    },
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

/** Text that may be printed: without control characters, but for colours where colour is wanted. */
export function printable(text: string, color: boolean): string {
  if (!color) return withVisibleControls(text)
  return text
    .split(colorCode)
    .map((part, index) => (index % 2 === 0 ? withVisibleControls(part) : part))
    .join('')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour
const colorCode = /(\u001b\[[0-9;]*m)/

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

// SPDX-License-Identifier: Apache-2.0
import { systemCodeOf, withVisibleControls } from '@halite/core'
import { type OutputStream, processOutput } from './process-output.ts'

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
  /** Width of the status line in columns; 0 when `showStatus` has no line to write to. */
  readonly statusColumns: number
  /**
   * Draws a line on standard error that stands below what is printed until the next one, or none with `''`. Whatever is
   * printed takes it away. Nothing happens where nobody watches, or where the terminal cannot draw over a line.
   */
  showStatus(text: string): void
  /**
   * Resolves when everything printed has left the process; to be awaited before it exits. Why results are lost, when
   * standard output could not take them.
   */
  flush(): Promise<Error | undefined>
}

/**
 * The process's own streams, or those given. A reader that closes its end early (`salt … | head -1`) is no error:
 * what comes later is dropped. So it is when a stream cannot be written, a full disk behind it for one: `flush` says why.
 */
export function openTerminal(options: TerminalOptions = {}): Terminal {
  const { stdout = processOutput(1), stderr = processOutput(2), env = process.env, quiet } = options
  const out = new Channel(stdout)
  const error = new Channel(stderr)
  const color = wantsColor({ ...options, stdout })
  const isWatched = stderr.isTTY === true && quiet !== true
  const status = new StatusLine(error, isWatched && env['TERM'] !== 'dumb' ? stderr : undefined)
  const printError = (text: string) => {
    status.show('')
    error.write(`${withVisibleControls(text)}\n`)
  }
  return {
    color,
    isWatched,
    get statusColumns() {
      return status.columns
    },
    showStatus: (text) => status.show(text),
    print: (text) => {
      status.show('')
      out.write(`${printable(text, color)}\n`)
    },
    printError,
    remark: (text) => {
      if (!quiet) printError(text)
    },
    flush: async () => {
      await Promise.all([out.flush(), error.flush()])
      return out.failure
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
  return (stdout ?? processOutput(1)).isTTY === true
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

const defaultColumns = 80

/** A line that is drawn over. */
class StatusLine {
  readonly #channel: Channel
  readonly #stream: OutputStream | undefined
  #isShown = false

  /** Without a stream nothing is drawn. */
  constructor(channel: Channel, stream: OutputStream | undefined) {
    this.#channel = channel
    this.#stream = stream
  }

  /** Some terminals break the line when its last column is filled. */
  get columns(): number {
    return this.#stream === undefined ? 0 : Math.max(1, (this.#stream.columns || defaultColumns) - 1)
  }

  show(text: string): void {
    if (this.#stream === undefined || (text === '' && !this.#isShown)) return
    this.#isShown = text !== ''
    this.#channel.write(`\r\u001b[K${withVisibleControls(text)}`)
  }
}

class Channel {
  readonly #stream: OutputStream
  #isClosed = false
  #failure: Error | undefined
  #written: Promise<void> = Promise.resolve()

  constructor(stream: OutputStream) {
    this.#stream = stream
    stream.on('error', (error: Error) => this.#close(error))
  }

  /** What made text lost; undefined when only the reader has gone. */
  get failure(): Error | undefined {
    return this.#failure
  }

  write(text: string): void {
    if (this.#isClosed) return
    this.#written = new Promise((resolve) => {
      this.#stream.write(text, (error) => {
        if (error) this.#close(error)
        resolve()
      })
    })
  }

  flush(): Promise<void> {
    return this.#written
  }

  #close(error: Error): void {
    this.#isClosed = true
    if (systemCodeOf(error) !== 'EPIPE') this.#failure ??= error
  }
}

// SPDX-License-Identifier: Apache-2.0
import { withVisibleControls } from '@halite/core'
import type { OutputStream } from '../terminal.ts'

const width = 30
/** How often it is drawn at most. */
const everyMs = 100

/** A bar on a terminal that shows how far a transfer is; nothing where there is no terminal. */
export class ProgressBar {
  readonly #stream: OutputStream
  #drawnMs = 0
  #isDrawn = false

  constructor(stream: OutputStream = process.stderr) {
    this.#stream = stream
  }

  /** `done` of `total` bytes of `name`. */
  show(name: string, done: number, total: number | undefined): void {
    const now = performance.now()
    if (this.#stream.isTTY !== true || now - this.#drawnMs < everyMs) return
    this.#drawnMs = now
    this.#isDrawn = true
    this.#stream.write(`\r\u001b[K${lineOf(name, done, total)}`)
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#isDrawn) this.#stream.write('\r\u001b[K')
    this.#isDrawn = false
  }
}

function lineOf(name: string, done: number, total: number | undefined): string {
  const label = withVisibleControls(name).slice(-40)
  if (total === undefined || total === 0) return `${label} ${mebibytes(done)}`
  const share = Math.min(1, done / total)
  const filled = Math.round(share * width)
  const bar = `${'#'.repeat(filled)}${'-'.repeat(width - filled)}`
  return `${label} [${bar}] ${Math.round(share * 100)} % of ${mebibytes(total)}`
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

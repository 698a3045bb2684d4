// SPDX-License-Identifier: Apache-2.0
import { withVisibleControls } from '@halite/core'
import type { Terminal } from '../terminal.ts'

const barWidth = { most: 30, least: 8 } as const
const mostOfName = 40
/** How often it is drawn at most. */
const everyMs = 100

/** A bar below what is printed that shows how far a transfer is; nothing where nobody watches. */
export class ProgressBar {
  readonly #terminal: Pick<Terminal, 'statusColumns' | 'showStatus'>
  #drawnMs = Number.NEGATIVE_INFINITY

  constructor(terminal: Pick<Terminal, 'statusColumns' | 'showStatus'>) {
    this.#terminal = terminal
  }

  /** `done` of `total` bytes of `name`. */
  show(name: string, done: number, total: number | undefined): void {
    const now = performance.now()
    const columns = this.#terminal.statusColumns
    if (columns === 0 || now - this.#drawnMs < everyMs) return
    this.#drawnMs = now
    this.#terminal.showStatus(progressText({ name, done, total, columns }))
  }

  /** Takes the bar away. */
  clear(): void {
    this.#terminal.showStatus('')
  }
}

/** Where a transfer is, in bytes, and how many columns there are to say so. */
export interface ShownProgress {
  readonly name: string
  readonly done: number
  readonly total: number | undefined
  readonly columns: number
}

/** Name, bar and share, as much of it as fits: first the bar gets shorter and goes, then the name. */
export function progressText({ name, done, total, columns }: ShownProgress): string {
  const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total)
  const place = share === undefined ? mebibytes(done) : `${Math.round(share * 100)} % of ${mebibytes(total)}`
  const label = [...withVisibleControls(name)]
  const nameRoom = columns - place.length - 1
  if (nameRoom < 1) return place.slice(0, columns)
  const left = nameRoom - Math.min(label.length, mostOfName) - ' []'.length
  const bar =
    share !== undefined && left >= barWidth.least ? ` ${barOf(share, Math.min(left, barWidth.most))}` : ''
  const shown = label.slice(-Math.min(mostOfName, nameRoom - bar.length))
  return `${shown.join('')}${bar} ${place}`
}

function barOf(share: number, width: number): string {
  const filled = Math.round(share * width)
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]`
}

function mebibytes(bytes: number | undefined = 0): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

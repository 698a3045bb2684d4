// SPDX-License-Identifier: Apache-2.0
import { floatOf, isMap, plainNumber, pythonStr, sizeOf, valueAt } from '@halite/core'
import { type Color, withoutEscapes } from '../text/paint.ts'
import type { Show, ShownState } from './shown.ts'

const labelWidth = 'Succeeded'.length

/** Counts states, and tells of them below the last one. */
export class Summary {
  readonly #host: string
  readonly #show: Show
  #succeeded = 0
  #unchanged = 0
  #failed = 0
  #changed = 0
  #warned = 0
  #durationMs = 0
  #longestParallelMs = 0
  #color: Color = 'green'

  constructor(host: string, show: Show) {
    this.#host = host
    this.#show = show
  }

  /** The colour of the name of the minion: that of the last state shown which was not simply fine. */
  get color(): Color {
    return this.#color
  }

  get hasChanges(): boolean {
    return this.#changed > 0
  }

  /** Warnings count where they are shown: in blocks. */
  count(state: ShownState, isBlock: boolean): void {
    const { result, fields, count, hasChanges } = state
    if (result === true) this.#succeeded += count
    else if (result === null) this.#unchanged += count
    else this.#failed += count
    if (hasChanges) this.#changed += changesOf(state)
    if (isBlock && valueAt(fields, 'warnings') !== undefined) this.#warned += 1
    const duration = millisecondsOf(valueAt(fields, 'duration'))
    if (valueAt(fields, '__parallel__') === undefined) this.#durationMs += duration
    else this.#longestParallelMs = Math.max(this.#longestParallelMs, duration)
    if (result === false) this.#color = 'red'
    else if (result === null) this.#color = 'lightYellow'
  }

  lines(): string[] {
    const { paint, style } = this.#show
    const total = this.#succeeded + this.#unchanged + this.#failed
    const counts = [
      this.#succeeded,
      this.#unchanged,
      this.#failed,
      ...(this.#warned > 0 ? [this.#warned] : []),
    ]
    const width = labelWidth + Math.max(...counts.filter((n) => n > 0).map((n) => String(n).length), 0) + 2
    const count = (label: string, value: string) => `${label}: ${value.padStart(width - label.length - 2)}`
    const failedColor: Color = this.#failed > 0 ? 'red' : 'cyan'
    const rule = '-'.repeat(width)
    return [
      paint('cyan', `\nSummary for ${withoutEscapes(this.#host)}\n${rule}`),
      paint('green', count('Succeeded', String(this.#succeeded + this.#unchanged))) + this.#stats(),
      paint(failedColor, count('Failed', String(this.#failed))),
      ...(style.pct && total > 0
        ? [
            paint('green', count('Success %', percent(total - this.#failed, total))),
            paint(failedColor, count('Failure %', percent(this.#failed, total))),
          ]
        : []),
      ...(this.#warned > 0 ? [paint('lightRed', count('Warnings', String(this.#warned)))] : []),
      paint('cyan', `${rule}\nTotal states run: ${String(total).padStart(width - 7)}`),
      ...(style.profile ? [paint('cyan', this.#runTime(width))] : []),
    ]
  }

  #stats(): string {
    const { paint } = this.#show
    const stats = [
      ...(this.#unchanged > 0 ? [paint('lightYellow', `unchanged=${this.#unchanged}`)] : []),
      ...(this.#changed > 0 ? [paint('green', `changed=${this.#changed}`)] : []),
    ]
    return stats.length === 0 ? '' : ` (${stats.join(', ')})`
  }

  #runTime(width: number): string {
    const ms = this.#durationMs + this.#longestParallelMs
    const [time, unit] = ms > 999 ? [ms / 1000, 's'] : [ms, 'ms']
    return `Total run time: ${time.toFixed(3).padStart(width - 5)} ${unit}`
  }
}

/** A state that stands for several counts each of them. */
function changesOf({ count, fields }: ShownState): number {
  const changes = valueAt(fields, 'changes')
  const compressed = isMap(changes) ? valueAt(changes, 'compressed changes') : undefined
  return count > 1 && isMap(compressed) ? sizeOf(compressed) || 1 : 1
}

/** A number, or as states of long ago wrote it: `1.5 ms`. */
function millisecondsOf(duration: unknown): number {
  const plain =
    typeof duration === 'string' ? Number.parseFloat(duration) : Number(plainNumber(duration) ?? 0)
  return Number.isFinite(plain) ? plain : 0
}

function percent(part: number, whole: number): string {
  return pythonStr(floatOf(Math.round((part / whole) * 10_000) / 100))
}

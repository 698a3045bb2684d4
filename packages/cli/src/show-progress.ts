// SPDX-License-Identifier: Apache-2.0
import { isMap, plainNumber, valueAt } from '@halite/core'
import { ProgressBar } from './copy/progress-bar.ts'
import { progressLine } from './progress-line.ts'
import type { Terminal } from './terminal.ts'

/** Shows what a function reports of its progress: a line for a state that has ended, a bar for a transfer. */
export function showProgress(terminal: Terminal, data: unknown): void {
  const line = progressLine(data)
  if (line !== undefined) {
    terminal.remark(line)
    return
  }
  if (!isMap(data)) return
  const [url, done, total] = [valueAt(data, 'url'), byteCount(data, 'done'), byteCount(data, 'total')]
  if (typeof url === 'string' && done !== undefined) new ProgressBar(terminal).show(url, done, total)
}

function byteCount(data: Parameters<typeof valueAt>[0], key: string): number | undefined {
  const number = plainNumber(valueAt(data, key))
  return number === undefined ? undefined : Number(number)
}

// SPDX-License-Identifier: Apache-2.0
import type { Outputter } from '@halite/loader'

/** Renders without colour, indented as the outputter likes. */
export function render(outputter: Outputter, data: unknown, indent?: number): string {
  return outputter.render(data, { color: false, indent })
}

/** Renders with colour, escapes made readable: `<0;32>text<>`. */
export function renderInColor(outputter: Outputter, data: unknown, more: { retcode?: number } = {}): string {
  const style = { color: true, indent: undefined, ...more }
  const text = outputter.render(data, style)
  return text
    .replaceAll('\u001b[0;0m', '<>')
    .replaceAll('\u001b[', '<')
    .replaceAll(/<([\d;]+)m/g, '<$1>')
}

/** Joins lines, so that expected texts keep their indentation in sight. */
export function lines(...all: readonly string[]): string {
  return all.join('\n')
}

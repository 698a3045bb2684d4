// SPDX-License-Identifier: Apache-2.0
import { withVisibleControls } from '@halite/core'

/** Salt's colours, as the codes of its default theme. */
const codes = {
  red: '0;31',
  lightRed: '0;1;31',
  green: '0;32',
  lightGreen: '0;1;32',
  yellow: '0;33',
  lightYellow: '0;1;33',
  blue: '0;34',
  lightBlue: '0;1;34',
  magenta: '0;35',
  lightMagenta: '0;1;35',
  cyan: '0;36',
} as const

export type Color = keyof typeof codes

/** Colours a piece of text, or leaves it as it is. */
export type Paint = (color: Color, text: string) => string

/** The way to colour text when colour is wanted; otherwise text is handed back unchanged. */
export function painter(wanted: boolean): Paint {
  return wanted ? (color, text) => `\u001b[${codes[color]}m${text}\u001b[0;0m` : (_color, text) => text
}

/**
 * Text from a minion with control characters made visible: it must not steer the reader's terminal. The escape character
 * becomes `?`, as Salt's outputters for people show it.
 */
export function withoutEscapes(text: string): string {
  return withVisibleControls(text.replaceAll('\u001b', '?'))
}

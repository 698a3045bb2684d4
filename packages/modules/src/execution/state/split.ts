// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'

/** Names that were given as a list, or as one text with commas between. */
export function splitWords(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : pythonStr(value ?? '').split(',')
  return list.map((word) => pythonStr(word).trim()).filter((word) => word !== '')
}

// SPDX-License-Identifier: Apache-2.0
import { pack } from '@halite/core'
import { plainWords } from './written-word.ts'

const maxShownBytes = 512 * 1024

/** Arguments as a return repeats them; large ones (the content of a file) would only travel for nothing. */
export function shownArguments(arg: readonly unknown[]): unknown[] {
  const { length } = pack(arg)
  return length > maxShownBytes ? [`(${length} bytes of arguments)`] : arg.map(plainWords)
}

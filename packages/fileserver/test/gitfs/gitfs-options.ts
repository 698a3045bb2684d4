// SPDX-License-Identifier: Apache-2.0
import { optionRows } from '@halite/core'
import type { GitfsOptions } from '@halite/fileserver'

/** The options as a master has them by default, and others. */
export function gitfsOptions(more: Partial<GitfsOptions> = {}): GitfsOptions {
  const defaults = [...optionRows('master')].map(([name, row]) => [name, row.default])
  return { ...Object.fromEntries(defaults), ...more }
}

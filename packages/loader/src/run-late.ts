// SPDX-License-Identifier: Apache-2.0
import type { run } from '@halite/core'

/** `run` of core, loaded with the first program that is started: most functions start none, and a tool need not pay. */
export const runLate: typeof run = async (argv, options) => {
  const { run } = await import('@halite/core/process')
  return run(argv, options)
}

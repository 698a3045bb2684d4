// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises'
import { systemCodeOf } from '@halite/core'

/** The names in a directory; empty when it does not exist. Rejects with the system's error. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw error
  }
}

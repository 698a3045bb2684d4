// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises'
import { systemCodeOf } from '@halite/core'

/** The login shells that `/etc/shells` lists; none where there is no such file. */
export async function listShells(): Promise<string[]> {
  try {
    return parseShells(await readFile('/etc/shells', 'utf8'))
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** One path a line; `#` begins a comment line. */
export function parseShells(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

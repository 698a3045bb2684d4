// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'

/** The login shells that `/etc/shells` lists; none where there is no such file. */
export async function listShells({ fs }: Pick<ExecContext, 'fs'>): Promise<string[]> {
  return parseShells((await fs.readTextIfThere('/etc/shells')) ?? '')
}

/** One path a line; `#` begins a comment line. */
export function parseShells(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

// SPDX-License-Identifier: Apache-2.0
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { User } from './account.ts'

export interface CodeFile {
  /** Who alone may read it; default: we. */
  readonly owner?: User | undefined
  /** The end of its name, where something goes by that. */
  readonly suffix?: string
}

/** Writes `code` to a temporary file, hands its path to `use`, and removes it whatever happens. */
export async function withCodeFile<T>(
  code: string | Uint8Array,
  { owner, suffix = '' }: CodeFile,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'salt-code-'))
  try {
    const file = join(directory, `code${suffix}`)
    await writeFile(file, code, { mode: 0o600 })
    if (owner !== undefined && owner.uid !== process.getuid?.()) await give([file, directory], owner)
    return await use(file)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function give(paths: readonly string[], { uid, gid }: User): Promise<void> {
  for (const path of paths) await chown(path, uid, gid)
}

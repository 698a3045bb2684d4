// SPDX-License-Identifier: Apache-2.0
import { chmod, mkdtemp, open, rmdir, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { distrustOf, messageOf, SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { User } from './account.ts'

export interface CodeFile {
  readonly code: string | Uint8Array
  /** Who may read it; default: we. */
  readonly owner?: User | undefined
  /** The end of its name, where something goes by that. */
  readonly suffix?: string
  /** Its owner may run it as it stands. */
  readonly executable?: boolean
}

/**
 * Writes code to a temporary file that its owner alone may read, hands its path to `use`, and removes it whatever happens.
 * The directory around it stays ours, and the file is given away last: the owner can put nothing in the place of what
 * is changed or removed here. Rejects with `COMMAND_FAILED` when others may change the directory for temporary files, and
 * as `use` does; a copy that cannot be removed is logged.
 */
export async function withCodeFile<T>(
  ctx: Pick<ExecContext, 'log' | 'leftovers'>,
  code: CodeFile,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(temporaryFiles(), 'salt-code-'))
  const file = join(directory, `code${code.suffix ?? ''}`)
  const notes = [directory, file].map((path) => ctx.leftovers.note({ kind: 'file', path }))
  try {
    await write(file, code)
    // Its owner has to get to the file, and nobody can guess the name.
    if (isForeign(code.owner)) await chmod(directory, 0o711)
    return await use(file)
  } finally {
    await remove(file, directory).catch((error: unknown) => {
      ctx.log.warning('a temporary copy of code stays', { directory, reason: messageOf(error) })
    })
    for (const takeBack of notes) takeBack()
  }
}

/** Where nobody but root can exchange a directory that we make. */
function temporaryFiles(): string {
  const directory = tmpdir()
  const distrust = distrustOf(directory, { allowSticky: true })
  if (distrust === undefined) return directory
  throw new SaltError(
    'COMMAND_FAILED',
    `no temporary file is made in ${directory}: ${distrust.path} ${distrust.why}`,
    { hint: 'Set TMPDIR to a directory that nobody else can exchange.' },
  )
}

async function write(file: string, { code, owner, executable }: CodeFile): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(code)
    await handle.chmod(executable ? 0o500 : 0o400)
    if (isForeign(owner)) await handle.chown(owner.uid, owner.gid)
  } finally {
    await handle.close()
  }
}

function isForeign(owner: User | undefined): owner is User {
  return owner !== undefined && owner.uid !== process.getuid?.()
}

/** What else lies in the directory was put there by what ran as us: it is not searched. */
async function remove(file: string, directory: string): Promise<void> {
  try {
    await unlink(file)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
  }
  await rmdir(directory)
}

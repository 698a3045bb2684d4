// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** Times in seconds since 1970; None is now. */
export interface Times {
  readonly atime?: unknown
  readonly mtime?: unknown
}

/** Makes an empty file, or sets the times of what is there. Throws ARGUMENTS_INVALID for times that are no numbers. */
export async function touchFile(
  { fs }: Pick<ExecContext, 'fs'>,
  path: string,
  { atime, mtime }: Times,
): Promise<void> {
  const now = Date.now()
  const [atimeMs, mtimeMs] = [milliseconds(atime, now), milliseconds(mtime, now)]
  if (!(await fs.exists(path))) await fs.append(path, '')
  await fs.setTimes(path, atimeMs, mtimeMs)
}

function milliseconds(value: unknown, now: number): number {
  if (value === undefined || value === null) return now
  const text = typeof value === 'boolean' ? '' : pythonStr(value)
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  throw new SaltError('ARGUMENTS_INVALID', 'atime and mtime must be integers')
}

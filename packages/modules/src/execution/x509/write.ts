// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { writeAt } from '../file/place.ts'
import { pemEntry } from './pem.ts'

interface PemFile {
  readonly text: string
  /** Whether what else the file holds, a private key and DH parameters, is lost. */
  readonly overwrite: boolean
  readonly type: string | undefined
}

/** Writes one entry of PEM to a file that nobody but its owner can read; a file that is there keeps its mode. */
export async function writePem(
  ctx: ExecContext,
  path: string,
  { text, overwrite, type }: PemFile,
): Promise<string> {
  const entry = pemEntry(text, type)
  const keeps = type === 'CERTIFICATE' && !overwrite && (await ctx.fs.isFile(path))
  const before = keeps ? await ctx.fs.readText(path) : ''
  const key = keeps ? entryIf(before, '(?:RSA )?PRIVATE KEY') : ''
  const parameters = keeps ? entryIf(before, 'DH PARAMETERS') : ''
  await writeBytes(ctx, path, `${key}${entry}${parameters}`)
  return `PEM written to ${path}`
}

/** Writes a file that nobody but its owner can read; one that is there keeps its mode. */
export async function writeBytes(ctx: ExecContext, path: string, data: Buffer | string): Promise<void> {
  const isThere = await ctx.fs.exists(path)
  await writeAt(ctx, path, { data, ...(!isThere && { mode: 0o600 }) })
}

function entryIf(text: string, type: string): string {
  try {
    return pemEntry(text, type)
  } catch (error) {
    if (!isSaltError(error)) throw error
    return ''
  }
}

// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import {
  type DataMap,
  isMap,
  messageOf,
  pack,
  parseYaml,
  SaltError,
  systemCodeOf,
  unpack,
} from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { withLock } from '../parts/lock.ts'

/** What is kept. A file that is not there, or that cannot be read, holds nothing; the log says which. */
export async function readStore(ctx: ExecContext): Promise<DataMap> {
  const path = pathOf(ctx)
  try {
    const data = unpack(await ctx.fs.read(path))
    if (isMap(data)) return data
    ctx.log.warning(`${path} holds no map: it counts as empty`)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') ctx.log.warning(`${path} cannot be read: ${messageOf(error)}`)
  }
  return {}
}

/** Keeps what `change` makes of what is kept now; one change at a time over all jobs and calls. */
export async function changeStore(ctx: ExecContext, change: (store: DataMap) => DataMap): Promise<void> {
  await withLock(ctx, { directory: directoryOf(ctx), name: 'datastore' }, async () => {
    const before = await readStore(ctx)
    const after = change(before)
    if (after !== before) await ctx.fs.write(pathOf(ctx), pack(after), { mode: 0o600 })
  })
}

/** Forgets everything. */
export async function clearStore(ctx: ExecContext): Promise<true> {
  await ctx.fs.remove(pathOf(ctx))
  return true
}

/** The map that is given, or that a text writes out; undefined for what is none. Throws for a text that cannot be read. */
export function givenMap(given: unknown): DataMap | undefined {
  if (isMap(given)) return given
  if (typeof given !== 'string') return undefined
  const read = parseYaml(given, 'new_data')
  return isMap(read) ? read : undefined
}

function pathOf(ctx: ExecContext): string {
  return join(directoryOf(ctx), 'datastore')
}

function directoryOf({ options: { cachedir } }: ExecContext): string {
  if (typeof cachedir === 'string') return cachedir
  throw new SaltError('CONFIG_INVALID', 'the option cachedir is not set')
}

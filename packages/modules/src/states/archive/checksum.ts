// SPDX-License-Identifier: Apache-2.0
import { dirname, join, relative } from 'node:path'
import type { StateContext } from '@halite/loader'
import { digestOf } from '../../execution/file/hashes.ts'

/** The digest that an archive had when it was extracted last; undefined for one that is not known. */
export async function archiveSum(ctx: StateContext, path: string, kind: string): Promise<string | undefined> {
  const text = await ctx.fs.readTextIfThere(sumFile(ctx, path))
  const line = text?.split('\n').find((one) => one.startsWith(`${kind}:`))
  return line?.slice(kind.length + 1)
}

/** Keeps the digest of an archive for the next time, at Salt's place. Returns it. */
export async function keepSum(ctx: StateContext, path: string, kind: string): Promise<string> {
  const digest = await digestOf(ctx, path, kind)
  const file = sumFile(ctx, path)
  const before = (await ctx.fs.readTextIfThere(file)) ?? ''
  const others = before.split('\n').filter((line) => line !== '' && !line.startsWith(`${kind}:`))
  await ctx.fs.makeDirectory(dirname(file), { parents: true })
  await ctx.fs.write(file, `${[...others, `${kind}:${digest}`].join('\n')}\n`)
  return digest
}

function sumFile({ options }: StateContext, path: string): string {
  const cache = String(options['cachedir'])
  const below = relative(cache, path)
  const isOutside = below.startsWith('..')
  return join(cache, 'archive_hash', isOutside ? join('local', path) : `${below}.hash`)
}

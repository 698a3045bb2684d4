// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { messageOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { archiveLimits } from './members.ts'

const piece = 1024 * 1024

interface Packing {
  readonly magic: string
  readonly ending: string
  readonly argv: readonly string[]
}

/** Programs that unpack a file in its place, by the first bytes of what they packed. */
const packings: readonly Packing[] = [
  { magic: 'fd377a585a00', ending: '.xz', argv: ['xz', '-d', '-f'] },
  { magic: '425a68', ending: '.bz2', argv: ['bzip2', '-d', '-f'] },
  { magic: '28b52ffd', ending: '.zst', argv: ['zstd', '-d', '-f', '-q', '--rm'] },
  { magic: '5d0000', ending: '.lzma', argv: ['xz', '-d', '-f', '--format=lzma'] },
]

/** The bytes of a file, piece by piece. */
export async function* fileBytes({ fs }: ExecContext, path: string): AsyncGenerator<Buffer> {
  for (let at = 0; ; at += piece) {
    const bytes = await fs.readRange(path, at, piece)
    if (bytes.length === 0) return
    yield bytes
  }
}

/**
 * Hands the bytes of a tar archive to `use`, unpacked: gzip here, others by a program of the host, or by `unpack`, the words
 * of a command that prints them. Rejects with COMMAND_FAILED when the program is missing.
 */
export async function withTarBytes<T>(
  ctx: ExecContext,
  path: string,
  {
    unpack,
    use,
  }: { readonly unpack?: readonly string[]; readonly use: (bytes: AsyncIterable<Buffer>) => Promise<T> },
): Promise<T> {
  if (unpack !== undefined) return use(printed(ctx, [...unpack, path]))
  const start = (await ctx.fs.readRange(path, 0, 8)).toString('hex')
  if (start.startsWith('1f8b')) return use(gunzipped(fileBytes(ctx, path)))
  const packing = packings.find(({ magic }) => start.startsWith(magic))
  return packing === undefined ? use(fileBytes(ctx, path)) : withUnpacked(ctx, path, { packing, use })
}

async function* gunzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const output = createGunzip()
  pipeline(Readable.from(bytes), output, (error) => {
    if (error) output.destroy(error)
  })
  try {
    for await (const chunk of output) yield chunk as Buffer
  } catch (error) {
    throw new SaltError('COMMAND_FAILED', `The archive cannot be unpacked by gzip: ${messageOf(error)}`)
  } finally {
    output.destroy()
  }
}

async function* printed(ctx: ExecContext, argv: readonly string[]): AsyncGenerator<Buffer> {
  const { stdout, retcode, stderr, truncated } = await ctx.run(argv, {
    maxOutputBytes: archiveLimits.bytes / 4,
  })
  if (truncated)
    throw new SaltError('COMMAND_FAILED', `${argv[0]} prints more than ${archiveLimits.bytes / 4} bytes`)
  if (retcode !== 0)
    throw new SaltError('COMMAND_FAILED', `Failed to decompress ${argv.at(-1)}: ${stderr.toString().trim()}`)
  yield stdout
}

/** A copy is unpacked in a directory of its own, watched so that it does not fill the disk. */
async function withUnpacked<T>(
  ctx: ExecContext,
  path: string,
  { packing, use }: { readonly packing: Packing; readonly use: (bytes: AsyncIterable<Buffer>) => Promise<T> },
): Promise<T> {
  const [program = ''] = packing.argv
  if (ctx.which(program) === undefined)
    throw new SaltError(
      'COMMAND_FAILED',
      `${program} is needed to unpack ${path}, and is not in the search path`,
    )
  const directory = join(String(ctx.options['cachedir'] ?? '/tmp'), `archive-${crypto.randomUUID()}`)
  await ctx.fs.makeDirectory(directory, { parents: true, mode: 0o700 })
  try {
    const copy = join(directory, `archive${packing.ending}`)
    await ctx.fs.copy(path, copy)
    await watched(ctx, { argv: [...packing.argv, copy], output: join(directory, 'archive'), path })
    return await use(fileBytes(ctx, join(directory, 'archive')))
  } finally {
    await ctx.fs.remove(directory, { recursive: true })
  }
}

interface Watched {
  readonly argv: readonly string[]
  readonly output: string
  readonly path: string
}

async function watched(ctx: ExecContext, { argv, output, path }: Watched): Promise<void> {
  const most = Math.max(archiveLimits.bytes, ((await ctx.fs.stat(path))?.size ?? 0) * archiveLimits.ratio)
  const stop = new AbortController()
  const watch = setInterval(() => {
    void ctx.fs.stat(output).then((facts) => {
      if ((facts?.size ?? 0) > most) stop.abort()
    })
  }, 200)
  try {
    const signal = AbortSignal.any([ctx.signal, stop.signal])
    const { retcode, stderr } = await ctx.run.text(argv, { signal })
    if (stop.signal.aborted || ((await ctx.fs.stat(output))?.size ?? 0) > most)
      throw new SaltError(
        'COMMAND_FAILED',
        `${path} holds more than ${most} bytes, far more than its own size`,
      )
    if (retcode !== 0) throw new SaltError('COMMAND_FAILED', `${argv[0]} cannot unpack ${path}: ${stderr}`)
  } finally {
    clearInterval(watch)
  }
}

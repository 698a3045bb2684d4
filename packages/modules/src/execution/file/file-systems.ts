// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'

/** Numbers that `statvfs` has for the options of a mount, on Linux. */
const flags: Readonly<Record<string, number>> = {
  ro: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  sync: 16,
  mand: 64,
  noatime: 1024,
  nodiratime: 2048,
  relatime: 4096,
}

/** What `file.statvfs` returns. Rejects with the system's error. */
export async function fileSystemFacts(ctx: ExecContext, path: string) {
  const { bsize, blocks, bfree, bavail, files, ffree } = await ctx.fs.fileSystem(path)
  const { nameLength, fragment } = await lengths(ctx, path)
  return {
    f_bavail: bavail,
    f_bfree: bfree,
    f_blocks: blocks,
    f_bsize: bsize,
    f_favail: ffree,
    f_ffree: ffree,
    f_files: files,
    f_flag: await mountFlags(ctx, path),
    f_frsize: fragment ?? bsize,
    f_namemax: nameLength ?? usualNameLength,
  }
}

const usualNameLength = 255

/** What Node does not say. */
async function lengths({ run, platform }: ExecContext, path: string) {
  if (platform !== 'linux') return {}
  const { stdout } = await run.text(['stat', '-f', '-c', '%l %S', '--', path])
  const [nameLength, fragment] = stdout.split(' ').map(Number)
  return { nameLength, fragment }
}

/** Of the mount that lies nearest above the path; 0 where that is not known. */
async function mountFlags({ fs, platform }: ExecContext, path: string): Promise<number> {
  if (platform !== 'linux') return 0
  const real = await fs.realPath(path)
  let [best, bits] = ['', 0]
  for (const line of (await fs.readTextIfThere('/proc/self/mountinfo'))?.split('\n') ?? []) {
    const [, , , , point = '', mountOptions = ''] = line.split(' ')
    const place = unescaped(point)
    const isAbove = place === '/' || real === place || real.startsWith(`${place}/`)
    if (!isAbove || place.length < best.length) continue // of several at one place the last one counts
    best = place
    // The options of the file system itself count too: `sync`, `ro`.
    const own = line.split(' - ')[1]?.split(' ').at(-1) ?? ''
    const words = new Set(`${mountOptions},${own}`.split(','))
    bits = [...words].reduce((sum, word) => sum + (flags[word] ?? 0), 0)
  }
  return bits
}

/** Spaces and their kind are written in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import { gidOf, uidOf } from '../file/accounts.ts'
import { withTarBytes } from './bytes.ts'
import { ArchiveBudget, checkMember } from './members.ts'
import { Destination } from './place.ts'
import { type TarMember, tarEntries } from './tar-reader.ts'

/** Extracts a tar archive without any program, except to unpack `xz`, `bzip2` and `zstd`. Returns the names of its members. */
export async function extractTar(
  ctx: ExecContext,
  archive: string,
  directory: string,
): Promise<readonly string[]> {
  const facts = await ctx.fs.stat(archive)
  return withTarBytes(ctx, archive, {
    use: async (bytes) => {
      const budget = new ArchiveBudget(facts?.size ?? 0)
      await using place = await Destination.open(ctx, directory)
      const names: string[] = []
      const directories: TarMember[] = []
      for await (const { member, content } of tarEntries(bytes)) {
        ctx.signal.throwIfAborted()
        checkMember(member)
        budget.add(member)
        names.push(member.name.replace(/(?<=.)\/+$/, ''))
        if (member.type === 'directory') {
          await place.directory(member.name)
          directories.push(member)
        } else if (member.type === 'link') await place.link(member.name, member.target)
        else if (member.type === 'hard link') await place.hardLink(member.name, member.target)
        else await settle(ctx, await place.file(member.name, content(), 0o600), member)
      }
      // Last, so that a directory that nobody may write to can be filled, and keeps its time.
      for (const member of directories.reverse())
        await settle(ctx, await place.directory(member.name), member)
      return names
    },
  })
}

/** Gives what was extracted its owner, mode and time. */
async function settle(ctx: ExecContext, path: string, member: TarMember): Promise<void> {
  const { fs } = ctx
  if (ctx.platform !== 'win32' && process.getuid?.() === 0) {
    const uid = (member.user === '' ? undefined : await uidOf(ctx, member.user)) ?? member.uid
    const gid = (member.group === '' ? undefined : await gidOf(ctx, member.group)) ?? member.gid
    const there = await fs.stat(path)
    if (there?.uid !== uid || there.gid !== gid) await fs.setOwner(path, uid, gid)
  }
  await fs.setMode(path, member.mode ?? 0o644)
  if (member.mtimeMs !== undefined && Number.isFinite(member.mtimeMs))
    await fs.setTimes(path, member.mtimeMs, member.mtimeMs)
}

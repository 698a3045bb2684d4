// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import { ArchiveBudget, checkMember, refused } from './members.ts'
import { Destination } from './place.ts'
import { type ZipMember, zipContent, zipMembers } from './zip-reader.ts'

const longestTarget = 4096

/** How a zip archive is extracted. */
export interface UnzipOptions {
  readonly directory: string
  /** Names of members that are left out. */
  readonly excludes: readonly string[]
  readonly password: string | undefined
  /** Whether members have the modes that the archive states. */
  readonly extractPerms: boolean
}

/** Extracts a zip archive without any program. Returns the names of its members. */
export async function extractZip(
  ctx: ExecContext,
  archive: string,
  { directory, excludes, password, extractPerms }: UnzipOptions,
): Promise<readonly string[]> {
  const all = await zipMembers(ctx, archive, archive)
  const members = all.filter(({ name }) => !excludes.includes(name))
  const budget = new ArchiveBudget((await ctx.fs.stat(archive))?.size ?? 0)
  const targets = new Map<ZipMember, string>()
  for (const member of members) {
    const target = member.type === 'link' ? await targetOf(ctx, archive, { member, password }) : ''
    targets.set(member, target)
    checkMember({ ...member, target })
    budget.add(member)
  }
  await using place = await Destination.open(ctx, directory)
  const umask = process.umask()
  const directories: { readonly name: string; readonly mode: number }[] = []
  for (const member of members) {
    ctx.signal.throwIfAborted()
    const usual = (member.type === 'directory' ? 0o777 : 0o666) & ~umask
    const mode = extractPerms ? (member.mode ?? usual) : usual
    if (member.type === 'directory') {
      await place.directory(member.name)
      if (extractPerms) directories.push({ name: member.name, mode })
    } else if (member.type === 'link') await place.link(member.name, targets.get(member) ?? '')
    else await place.file(member.name, zipContent(ctx, archive, { member, password }), mode)
  }
  for (const { name, mode } of directories.reverse()) await ctx.fs.setMode(await place.directory(name), mode)
  return members.map(({ name }) => name)
}

/** Where a link leads: that is its content. */
async function targetOf(
  ctx: ExecContext,
  archive: string,
  given: { readonly member: ZipMember; readonly password: string | undefined },
): Promise<string> {
  if (given.member.size > longestTarget)
    throw refused(given.member.name, 'it is a link with a target that is too long')
  const pieces: Buffer[] = []
  for await (const piece of zipContent(ctx, archive, given)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

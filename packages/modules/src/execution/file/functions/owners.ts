// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import { arg, type ExecContext, failed, fn } from '@halite/loader'
import { gidOf, groupOf, ownUser, uidOf, userOf } from '../accounts.ts'
import { expandUser } from '../paths.ts'
import { accountOf } from '../permissions.ts'
import { atPlace } from '../place.ts'
import { type FileStats, statsOf } from '../stats.ts'
import { orRefuse, systemText } from '../system-errors.ts'

const path = arg.path('The path.')
const follow_symlinks = arg.boolean('Whether of what a link leads to.').default(true)
const user = arg.any('The user, by name or number; None for the one that the minion runs as.')
const group = arg.any('The group, by name or number; None for the one it has.')

/** Functions about the owners and the mode of files, and about users and groups. */
export const ownerFunctions = {
  get_mode: factFunction('mode', 'the permission bits of a file in octal digits'),
  get_user: factFunction('user', 'the user that a file belongs to'),
  get_uid: factFunction('uid', 'the number of the user that a file belongs to'),
  get_group: factFunction('group', 'the group that a file belongs to'),
  get_gid: factFunction('gid', 'the number of the group that a file belongs to'),
  set_mode: fn({
    doc: 'Set the permission bits of a file; return them.',
    examples: ["salt '*' file.set_mode /etc/passwd 0644"],
    args: { path, mode: arg.any('Octal digits.') },
    run: setMode,
  }),
  chown: fn({
    doc: 'Give a file to a user and group. Returns None, or what is wrong.',
    examples: ["salt '*' file.chown /etc/passwd root root"],
    args: { path, user, group },
    run: async (ctx, { path, ...owners }) => chown(ctx, await expandUser(ctx, path), owners),
  }),
  lchown: fn({
    doc: 'Give a file or link to a user and group, and leave what a link leads to alone. Returns None, or what is wrong.',
    examples: ["salt '*' file.lchown /path/to/link root root"],
    args: { path, user, group },
    run: async (ctx, { path, ...owners }) => {
      return chown(ctx, await expandUser(ctx, path), { ...owners, followLinks: false })
    },
  }),
  chgrp: fn({
    doc: 'Give a file to a group. Returns None, or what is wrong.',
    examples: ["salt '*' file.chgrp /etc/passwd root"],
    args: { path, group },
    run: async (ctx, { path: given, group }) => {
      const at = await expandUser(ctx, given)
      return chown(ctx, at, { user: (await statsOf(ctx, at)).uid, group })
    },
  }),
  uid_to_user: fn({
    doc: 'Return the name of a user by number; the number itself when nobody has it.',
    examples: ["salt '*' file.uid_to_user 0"],
    args: { uid: arg.any('The number.') },
    run: (ctx, { uid }) => nameOf(ctx, uid, { nameOf: userOf, numberOf: uidOf }),
  }),
  user_to_uid: fn({
    doc: 'Return the number of a user by name; empty when there is none.',
    examples: ["salt '*' file.user_to_uid root"],
    args: { user },
    run: async (ctx, { user }) => (await uidOf(ctx, accountOf(user) ?? ownUser())) ?? '',
  }),
  gid_to_group: fn({
    doc: 'Return the name of a group by number; the number itself when none has it.',
    examples: ["salt '*' file.gid_to_group 0"],
    args: { gid: arg.any('The number.') },
    run: (ctx, { gid }) => nameOf(ctx, gid, { nameOf: groupOf, numberOf: gidOf }),
  }),
  group_to_gid: fn({
    doc: 'Return the number of a group by name; empty when there is none.',
    examples: ["salt '*' file.group_to_gid root"],
    args: { group: arg.any('The name.') },
    run: async (ctx, { group }) => {
      const account = accountOf(group)
      return account === undefined ? '' : ((await gidOf(ctx, account)) ?? '')
    },
  }),
}

function factFunction(key: keyof FileStats, what: string) {
  return fn({
    doc: `Return ${what}.`,
    examples: [`salt '*' file.get_${key} /etc/passwd`],
    args: { path, follow_symlinks },
    run: async (ctx, { path, follow_symlinks }) =>
      (await statsOf(ctx, path, { followLinks: follow_symlinks }))[key],
  })
}

async function setMode(
  ctx: ExecContext,
  { path: given, mode }: { readonly path: string; readonly mode: unknown },
): Promise<unknown> {
  const at = await expandUser(ctx, given)
  const digits = pythonStr(mode).replace(/^[0Oo]+/, '') || '0'
  if (!(await ctx.fs.exists(at))) throw new SaltError('COMMAND_FAILED', `${at}: File not found`)
  if (!/^[0-7]{1,5}$/.test(digits)) return failed(`Invalid Mode ${digits}`, 1)
  const bits = Number.parseInt(digits, 8)
  await orRefuse(
    atPlace(ctx, at, { followLinks: true, work: (place) => ctx.fs.setMode(place, bits) }),
    (error) => systemText(error, at),
  )
  return (await statsOf(ctx, at)).mode
}

interface Owners {
  readonly user: unknown
  readonly group: unknown
  readonly followLinks?: boolean
}

/** None when it is done; else a text, which is Salt's, and a retcode. */
async function chown(ctx: ExecContext, path: string, { user, group, followLinks = true }: Owners) {
  const uid = user === '' ? -1 : await uidOf(ctx, accountOf(user) ?? ownUser())
  const gid = accountOf(group) === undefined ? -1 : await gidOf(ctx, accountOf(group) ?? '')
  const facts = await ctx.fs.stat(path, { followLinks: false })
  const problems = [
    ...(uid === undefined ? ['User does not exist\n'] : []),
    ...(gid === undefined ? ['Group does not exist\n'] : []),
    ...(facts === undefined ? ['File not found'] : []),
  ]
  if (facts === undefined || uid === undefined || gid === undefined) return failed(problems.join(''), 1)
  // A link that leads nowhere is given away itself.
  const isFollowed = followLinks && (await ctx.fs.exists(path))
  const work = async (place: string) => {
    const isLink = (await ctx.fs.stat(place, { followLinks: false }))?.type === 'link'
    await (isLink && !isFollowed ? ctx.fs.setLinkOwner(place, uid, gid) : ctx.fs.setOwner(place, uid, gid))
  }
  const change = atPlace(ctx, path, { followLinks: isFollowed, work })
  await orRefuse(change, (error) => systemText(error, path))
  return null
}

interface Names {
  readonly nameOf: typeof userOf
  readonly numberOf: typeof uidOf
}

/** A name is taken too. */
async function nameOf(ctx: ExecContext, given: unknown, names: Names): Promise<string | number> {
  const account = accountOf(given)
  if (account === undefined) return ''
  const number = /^-?\d+$/.test(pythonStr(account)) ? Number(account) : await names.numberOf(ctx, account)
  return number === undefined ? '' : names.nameOf(ctx, number)
}

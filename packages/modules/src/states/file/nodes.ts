// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute } from 'node:path'
import { isSaltError } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { deviceNumbers, isNode, makeNode, type NodeKind, nodeKinds } from '../../execution/file/devices.ts'
import { makeDirectories } from '../../execution/file/directories.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { accountOf, applyPermissions } from '../../execution/file/permissions.ts'
import { normalMode } from '../../execution/file/stats.ts'
import { failure } from './result.ts'
import { ownerArguments } from './shared-arguments.ts'

/** The arguments of `file.mknod`. */
export const mknodArguments = {
  ntype: arg.string('``c``: character device, ``b``: block device, ``p``: named pipe.'),
  major: arg.integer('Number of the driver.').default(0),
  minor: arg.integer('Number that the driver has for it.').default(0),
  ...ownerArguments,
  mode: arg.any('Its mode, in octal digits.').default('0600'),
}

type MknodValues = Values<typeof mknodArguments> & { readonly name: string }

/** `file.mknod`. */
export async function makeNodeState(ctx: StateContext, args: MknodValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.mknod')
  const { ntype } = args
  if (!(ntype in nodeKinds)) {
    return failure(
      `Node type unavailable: '${ntype}'. Available node types are character ('c'), block ('b'), and pipe ('p')`,
    )
  }
  const name = await expandUser(ctx, args.name)
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  return { ...(await settled(ctx, ntype as NodeKind, { ...args, name })), name }
}

async function settled(ctx: StateContext, kind: NodeKind, args: MknodValues): Promise<StateReturn> {
  const { name, major, minor, user, group, mode } = args
  const what = nodeKinds[kind].made
  const facts = await ctx.fs.stat(name)
  if (facts?.type === 'file')
    return failure(`File ${name} exists and is not a ${what.toLowerCase()}. Refusing to continue`)
  if (!(await isNode(ctx, name, kind))) {
    if (ctx.state.test) return { changes: {}, result: null, comment: `${what} ${name} is set to be created` }
    try {
      const permissions = { user: accountOf(user), group: accountOf(group) }
      if (!(await ctx.fs.isDirectory(dirname(name)))) await makeDirectories(ctx, dirname(name), permissions)
      return await makeNode(ctx, { path: name, kind, major, minor, user, group, mode }, false)
    } catch (error) {
      if (!isSaltError(error)) throw error
      return failure(error.message)
    }
  }
  const [foundMajor, foundMinor] = facts === undefined ? [0, 0] : deviceNumbers(facts)
  if (kind !== 'p' && (major !== foundMajor || minor !== foundMinor)) {
    return failure(
      `${what} ${name} exists and has a different major/minor ${foundMajor}/${foundMinor}. Refusing to continue`,
    )
  }
  return checked(ctx, { name, what, user, group, mode })
}

interface Checked {
  readonly name: string
  readonly what: string
  readonly user: unknown
  readonly group: unknown
  readonly mode: unknown
}

async function checked(ctx: StateContext, { name, what, user, group, mode }: Checked): Promise<StateReturn> {
  const wanted = { user: accountOf(user), group: accountOf(group), mode: normalMode(mode) }
  const { changes, comments, result } = await applyPermissions(ctx, name, { ...wanted, test: ctx.state.test })
  const isChanged = Object.keys(changes).length > 0
  const comment = isChanged || !result ? comments.join('; ') : `${what} ${name} is in the correct state`
  return { changes, result: result && isChanged && ctx.state.test ? null : result, comment }
}

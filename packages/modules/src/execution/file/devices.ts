// SPDX-License-Identifier: Apache-2.0
import type { ExecContext, FileFacts } from '@halite/loader'
import { accountOf, applyPermissions, type Permissions } from './permissions.ts'
import { modeBits } from './stats.ts'

/** What a node of a file system is, by the letter that `mknod` has for it. */
export const nodeKinds = {
  c: { bits: 0o020000, made: 'Character device' },
  b: { bits: 0o060000, made: 'Block device' },
  p: { bits: 0o010000, made: 'Fifo pipe' },
} as const

export type NodeKind = keyof typeof nodeKinds

const kindBits = 0o170000

/** Whether a path, links followed, is such a node. */
export async function isNode({ fs }: ExecContext, path: string, kind: NodeKind): Promise<boolean> {
  const facts = await fs.stat(path)
  return facts !== undefined && (facts.mode & kindBits) === nodeKinds[kind].bits
}

/** The major and minor number of a device. */
export function deviceNumbers({ rdev }: FileFacts): readonly [major: number, minor: number] {
  const device = BigInt(rdev)
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n)
  return [Number(major), Number(minor)]
}

/** A node that is to be made. */
export interface NodeWanted {
  readonly path: string
  readonly kind: NodeKind
  readonly major?: number
  readonly minor?: number
  readonly user?: unknown
  readonly group?: unknown
  readonly mode: unknown
}

/** What `file.mknod` returns. */
export interface NodeOutcome {
  readonly name: string
  readonly changes: Record<string, unknown>
  readonly comment: string
  readonly result: boolean | null
  readonly [field: string]: unknown
}

/**
 * Makes a device or pipe, and gives it its owner and mode. With `test` it says that it would. Rejects with COMMAND_FAILED
 * where the system refuses.
 */
export async function makeNode(ctx: ExecContext, wanted: NodeWanted, test: boolean): Promise<NodeOutcome> {
  const { path, kind } = wanted
  const changes = { new: `${nodeKinds[kind].made} ${path} created.` }
  const made = { name: path, changes, comment: '', result: true }
  const mode = modeDigits(wanted.mode)
  const isThere = (await ctx.fs.stat(path, { followLinks: false })) !== undefined
  if (test) return { ...made, result: null }
  if (!isThere) await runMaker(ctx, wanted, mode)
  const permissions: Permissions = { user: accountOf(wanted.user), group: accountOf(wanted.group), mode }
  const applied = await applyPermissions(ctx, path, { ...permissions, test: false })
  if (isThere)
    return { ...made, changes: {}, comment: `File ${path} exists and cannot be overwritten`, result: false }
  return applied.result ? made : { ...made, comment: applied.comments.join('; '), result: false }
}

/** Octal digits of a mode as people write it: `0660`, `0o660`, `660`. */
function modeDigits(mode: unknown): string {
  const digits = String(mode).replace(/^[0Oo]+/, '') || '0'
  modeBits(digits)
  return digits
}

/** Node has no `mknod` of its own. */
async function runMaker(ctx: ExecContext, { path, kind, major = 0, minor = 0 }: NodeWanted, mode: string) {
  const numbers = kind === 'p' ? [] : [kind, String(major), String(minor)]
  await ctx.run.output([kind === 'p' ? 'mkfifo' : 'mknod', '-m', mode, '--', path, ...numbers])
}

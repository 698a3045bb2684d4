// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, isSaltError, messageOf, pythonStr, valueAt } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'

/** What `acl` is asked for. */
export interface AclWish {
  readonly name: string
  readonly acl_type: string
  readonly perms: string
  readonly recurse: boolean
}

/** A wish for users or groups, by name; an empty one is the owner. */
export interface AclNames {
  readonly names: readonly string[]
  /** Remove all others first. */
  readonly force?: boolean
  /** As comments and changes name them. */
  readonly shown: string
}

/** A list as it is now: path → name → octal digit, and the names of owner and group. */
interface Current {
  readonly octals: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly owner: string
  readonly hasType: boolean
}

const octals: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1, X: 1 }

/** `acl.present` and `acl.list_present`. */
export async function aclPresent(ctx: StateContext, wish: AclWish, asked: AclNames): Promise<StateReturn> {
  const current = await currentOf(ctx, wish)
  if (typeof current === 'string') return result(false, current)
  const wanted = octalOf(wish.perms)
  const first = current.octals.get(wish.name) ?? new Map<string, number>()
  const names = asked.names.map((name) => name || current.owner)
  const isFine = [...current.octals.values()].every((list) =>
    names.every((name) => list.get(name) === wanted),
  )
  if (isFine) return result(true, 'Permissions are in the desired state')
  const olds = names.flatMap((name) => first.get(name) ?? [])
  const entry = (perms: string) => ({ acl_name: asked.shown, acl_type: wish.acl_type, perms })
  const old = olds.length === 0 ? undefined : lettersOf(olds[0] ?? 0)
  const changes: DataMap = { new: entry(wish.perms), ...(old === undefined ? {} : { old: entry(old) }) }
  if (ctx.state.test) {
    const doing =
      old === undefined
        ? `New permissions will be applied for ${asked.shown}: ${wish.perms}`
        : `Updated permissions will be applied for ${asked.shown}: ${old} -> ${wish.perms}`
    return { ...result(null, doing), changes }
  }
  try {
    if (asked.force) await ctx.call('acl.wipefacls', [wish.name], { recursive: wish.recurse })
    for (const name of asked.names)
      await ctx.call('acl.modfacl', [wish.acl_type, name, wish.perms, wish.name], { recursive: wish.recurse })
  } catch (error) {
    if (!isSaltError(error)) throw error
    return result(false, `Error updating permissions for ${asked.shown}: ${messageOf(error)}`)
  }
  const done = old === undefined ? 'Applied new' : 'Updated'
  return { ...result(true, `${done} permissions for ${asked.shown}`), changes }
}

/** `acl.absent` and `acl.list_absent`. */
export async function aclAbsent(ctx: StateContext, wish: AclWish, asked: AclNames): Promise<StateReturn> {
  const current = await currentOf(ctx, wish)
  if (typeof current === 'string') return result(false, current)
  const names = asked.names.map((name) => name || current.owner)
  const present = names.filter((name) => [...current.octals.values()].some((list) => list.has(name)))
  if (present.length === 0) return result(true, 'Permissions are in the desired state')
  if (ctx.state.test) return result(null, 'Removing permissions')
  try {
    for (const name of asked.names)
      if (present.includes(name || current.owner))
        await ctx.call('acl.delfacl', [wish.acl_type, name, wish.name], { recursive: wish.recurse })
  } catch (error) {
    if (!isSaltError(error)) throw error
    return result(false, `Error removing permissions for ${asked.shown}: ${messageOf(error)}`)
  }
  return result(true, 'Removing permissions')
}

/** A text says what is wrong. */
async function currentOf(ctx: StateContext, { name, acl_type, recurse }: AclWish): Promise<Current | string> {
  if (!(await ctx.fs.exists(name))) return `${name} does not exist`
  const [, prefix, kind = ''] = /^(d(?:efault)?:)?(.*)$/s.exec(acl_type) ?? []
  const word = ({ u: 'user', g: 'group', m: 'mask', o: 'other' } as Record<string, string>)[kind] ?? kind
  const listed = await ctx.call('acl.getfacl', [name], { recursive: recurse })
  const lists = isMap(listed) ? entriesOf(listed) : []
  const found = new Map<string, ReadonlyMap<string, number>>()
  let owner = ''
  let hasType = prefix !== undefined
  for (const [path, acl] of lists) {
    if (!isMap(acl)) continue
    // Files in a directory have no list for new files.
    if (prefix !== undefined && !(await ctx.fs.isDirectory(pythonStr(path)))) continue
    const part = prefix === undefined ? acl : valueAt(acl, 'defaults')
    const entries = isMap(part) ? valueAt(part, word) : undefined
    const comment = valueAt(acl, 'comment')
    if (pythonStr(path) === name) {
      owner = pythonStr((isMap(comment) ? valueAt(comment, word === 'user' ? 'owner' : word) : '') ?? '')
      hasType ||= Array.isArray(entries) && entries.length > 0
    }
    found.set(pythonStr(path), octalsIn(entries))
  }
  if (!['user', 'group', 'mask', 'other'].includes(word) || !hasType) return 'ACL Type does not exist'
  return { octals: found, owner: word === 'user' || word === 'group' ? owner : '', hasType }
}

function octalsIn(entries: unknown): Map<string, number> {
  const maps = (Array.isArray(entries) ? entries : []).filter(isMap)
  return new Map(
    maps.flatMap((map) =>
      entriesOf(map).map(([name, facts]) => [
        pythonStr(name),
        isMap(facts) ? Number(valueAt(facts, 'octal')) : 0,
      ]),
    ),
  )
}

function octalOf(perms: string): number {
  if (/^[0-7]$/.test(perms)) return Number(perms)
  return [...new Set(perms)].reduce((sum, letter) => sum + (octals[letter] ?? 0), 0)
}

function lettersOf(octal: number): string {
  return `${octal & 4 ? 'r' : '-'}${octal & 2 ? 'w' : '-'}${octal & 1 ? 'x' : '-'}`
}

function result(value: boolean | null, comment: string): StateReturn {
  return { changes: {}, result: value, comment }
}

// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { given } from './given.ts'

/** What `ssh_auth` is asked for. */
export interface AuthWish {
  readonly name: string
  readonly user: string
  readonly enc: string
  readonly comment: string
  readonly source: string
  readonly options: readonly string[] | undefined
  readonly config: string
  readonly fingerprint_hash_type?: string | undefined
}

/** A key with what its line says of it. */
interface WrittenKey {
  readonly key: string
  readonly enc: string
  readonly comment: string
  readonly options: readonly string[]
}

/** `ssh_auth.present`. */
export async function present(ctx: StateContext, wish: AuthWish): Promise<StateReturn> {
  if (wish.source !== '') return presentFromFile(ctx, wish)
  const written = writtenKey(wish)
  const { key } = written
  const { user, config, fingerprint_hash_type } = wish
  const call = given({ user, ...written, options: [...written.options], config, fingerprint_hash_type })
  if (ctx.state.test) {
    const status = await ctx.call('ssh.check_key', call)
    if (status === 'exists') return result(true, thereAlready(key, user))
    const doing = status === 'update' ? 'updated' : 'added'
    return result(null, `Key ${key} for user ${user} is set to be ${doing}`)
  }
  return outcomeOf(await ctx.call('ssh.set_auth_key', call), { key, user })
}

/** `ssh_auth.absent`. */
export async function absent(ctx: StateContext, wish: AuthWish): Promise<StateReturn> {
  const { user, config, source } = wish
  if (source !== '') return absentFromFile(ctx, wish)
  const written = writtenKey(wish)
  if (ctx.state.test) {
    const status = await ctx.call('ssh.check_key', {
      user,
      ...written,
      options: [...written.options],
      config,
    })
    if (status === 'add') return result(true, 'Key is already absent')
    return result(null, `Key ${written.key} for user ${user} is set for removal`)
  }
  const done = pythonStr(await ctx.call('ssh.rm_auth_key', { user, key: written.key, config }))
  return removal(done, written.key)
}

/** `ssh_auth.manage`: no other keys than these. */
export async function manage(
  ctx: StateContext,
  { ssh_keys: keys, ...wish }: AuthWish & { readonly ssh_keys: readonly string[] },
): Promise<StateReturn> {
  const { user, config } = wish
  const wanted = new Set(keys.flatMap((key) => key.split(/\s+/)))
  const listed = await ctx.call('ssh.auth_keys', { user, config })
  const others = isMap(listed)
    ? entriesOf(listed).flatMap(([key]) => (wanted.has(pythonStr(key)) ? [] : [pythonStr(key)]))
    : []
  const changes: Record<string, unknown> = {}
  const comments: string[] = []
  const results: (boolean | null)[] = []
  for (const key of others) {
    const { comment, result: end } = await absent(ctx, { ...wish, name: key, source: '' })
    if (ctx.state.test) comments.push(`${key} Key set for removal`)
    else changes[key] = comment
    results.push(ctx.state.test ? null : end)
  }
  for (const key of keys) {
    const one = await present(ctx, { ...wish, name: key })
    results.push(one.result)
    const made = entriesOf(one.changes)
    if (made.length === 0) comments.push([one.comment].flat().join('\n'))
    for (const [name, change] of made) changes[pythonStr(name)] = change
  }
  const worst = results.includes(false) ? false : results.includes(null) ? null : true
  return { name: '', changes, result: worst, comment: comments.join('\n') }
}

async function presentFromFile(ctx: StateContext, wish: AuthWish): Promise<StateReturn> {
  const { user, source, config, options, name } = wish
  const file = { user, source, config, saltenv: ctx.state.saltenv }
  const status = await statusOfFile(ctx, file)
  if (status === undefined)
    return result(false, `Failed to add the ssh key. Source file ${source} is missing`)
  if (status.length === 0) return result(false, noKeys(source))
  if (ctx.state.test) {
    const due = status.filter(([, one]) => one !== 'exists').map(([key, one]) => `Set to ${one}: ${key}\n`)
    return due.length > 0
      ? result(null, due.join(''))
      : result(true, `All host keys in file ${source} are already present`)
  }
  const own = options === undefined || options.length === 0 ? {} : { options: [...options] }
  return outcomeOf(await ctx.call('ssh.set_auth_key_from_file', { ...file, ...own }), { key: name, user })
}

async function absentFromFile(
  ctx: StateContext,
  { user, source, config, name }: AuthWish,
): Promise<StateReturn> {
  const file = { user, source, config, saltenv: ctx.state.saltenv }
  const status = await statusOfFile(ctx, file)
  if (status === undefined) return result(false, `Source file ${source} is missing`)
  if (status.length === 0) return result(false, noKeys(source))
  if (ctx.state.test) {
    const due = status.filter(([, one]) => one !== 'add').map(([key]) => `Set to remove: ${key}\n`)
    return due.length > 0
      ? result(null, due.join(''))
      : result(true, `All host keys in file ${source} are already absent`)
  }
  return removal(pythonStr(await ctx.call('ssh.rm_auth_key_from_file', file)), name)
}

/** Key → what there is to do for it to be there; undefined when there is no such file. */
async function statusOfFile(
  ctx: StateContext,
  file: { readonly user: string; readonly source: string; readonly config: string; readonly saltenv: string },
): Promise<readonly (readonly [string, string])[] | undefined> {
  if ((await ctx.files.cacheFile(file.source, { saltenv: file.saltenv })) === undefined) return undefined
  const found = await ctx.call('ssh.check_key_file', file)
  return isMap(found) ? entriesOf(found).map(([key, one]) => [pythonStr(key), pythonStr(one)] as const) : []
}

/** The name is a key, a key with a comment, or a whole line. */
function writtenKey({ name, enc, comment, options = [] }: AuthWish): WrittenKey {
  const [, own = '', rest] = /^(.*?)\s?((?:sk-)?(?:ssh-|ecds)[\w@.-]+\s.+)$/s.exec(name) ?? []
  if (rest === undefined) {
    const [key = '', more] = cut(name, 2)
    return { key, enc, comment: more ?? comment, options }
  }
  const [kind = enc, key = '', more] = cut(rest, 3)
  return { key, enc: kind, comment: more ?? comment, options: own === '' ? options : own.split(',') }
}

/** Words, the last of which is all that is left. */
function cut(text: string, count: number): string[] {
  const words = text.trim().split(/\s+/)
  return words.length <= count ? words : [...words.slice(0, count - 1), words.slice(count - 1).join(' ')]
}

function outcomeOf(
  done: unknown,
  { key, user }: { readonly key: string; readonly user: string },
): StateReturn {
  const told = `The authorized host key ${key} for user ${user}`
  if (done === 'replace') return { ...result(true, `${told} was updated`), changes: { [key]: 'Updated' } }
  if (done === 'new') return { ...result(true, `${told} was added`), changes: { [key]: 'New' } }
  if (done === 'no change') return result(true, thereAlready(key, user))
  if (done === 'fail') {
    const asks = 'Is the home directory available, and/or does the key file exist?'
    return result(false, `Failed to add the ssh key. ${asks}`)
  }
  return result(false, 'Invalid public ssh key, most likely has spaces or invalid syntax')
}

function removal(comment: string, key: string): StateReturn {
  const isFine = comment !== 'Key not removed' && comment !== 'fail'
  return { ...result(isFine, comment), changes: comment === 'Key removed' ? { [key]: 'Removed' } : {} }
}

function thereAlready(key: string, user: string): string {
  return `The authorized host key ${key} is already present for user ${user}`
}

function noKeys(source: string): string {
  return `No keys detected in ${source}. Is file properly formatted?`
}

function result(value: boolean | null, comment: string): StateReturn {
  return { changes: {}, result: value, comment }
}

// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import { isMap, pythonStr, valueAt } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { given } from './given.ts'

/** What `ssh_known_hosts.present` is asked for. */
export interface KnownWish {
  readonly name: string
  readonly user?: string | undefined
  readonly fingerprint?: string | undefined
  readonly key?: string | undefined
  readonly port?: number | undefined
  readonly enc?: string | undefined
  readonly config?: string | undefined
  readonly hash_known_hosts: boolean
  readonly timeout: number
  readonly fingerprint_hash_type?: string | undefined
}

/** `ssh_known_hosts.present`. */
export async function present(ctx: StateContext, { name, ...wish }: KnownWish): Promise<StateReturn> {
  const config = configOf(wish)
  const problem = problemOf(wish, config)
  if (problem !== undefined) return result(false, problem)
  const call = given({ ...wish, hostname: name, config })
  if (ctx.state.test) {
    const { user, key, fingerprint, port, fingerprint_hash_type } = wish
    const place = { user, hostname: name, config, port, fingerprint_hash_type, key, fingerprint }
    return planned(await ctx.call('ssh.check_known_host', given(place)), { name, config })
  }
  const done = await ctx.call('ssh.set_known_host', call)
  const of = (field: string) => (isMap(done) ? valueAt(done, field) : undefined)
  if (of('status') === 'exists') return result(true, `${name} already exists in ${config}`)
  if (of('status') !== 'updated') return result(false, pythonStr(of('error') ?? done))
  const { 0: first } = (Array.isArray(of('new')) ? of('new') : []) as readonly unknown[]
  const changes = { old: of('old'), new: of('new') }
  return { changes, result: true, comment: savedWords({ name, ...wish }, config, first) }
}

/** `ssh_known_hosts.absent`. */
export async function absent(
  ctx: StateContext,
  { name, ...place }: Pick<KnownWish, 'name' | 'user' | 'config'>,
): Promise<StateReturn> {
  const config = configOf(place)
  const problem = problemOf(place, config)
  if (problem !== undefined) return result(false, problem)
  const call = given({ user: place.user, hostname: name, config })
  const entries = await ctx.call('ssh.get_known_host_entries', call)
  if (entries === null) return result(true, 'Host is already absent')
  if (isMap(entries)) return result(false, pythonStr(valueAt(entries, 'error')))
  if (ctx.state.test) return result(null, `Key for ${name} is set to be removed from ${config}`)
  const done = await ctx.call('ssh.rm_known_host', call)
  const of = (field: string) => (isMap(done) ? valueAt(done, field) : undefined)
  if (of('status') !== 'removed') return result(false, pythonStr(of('error') ?? done))
  return { changes: { old: entries, new: null }, result: true, comment: pythonStr(of('comment')) }
}

function configOf({ user, config }: Pick<KnownWish, 'user' | 'config'>): string {
  return config || (user === undefined ? '/etc/ssh/ssh_known_hosts' : '.ssh/known_hosts')
}

function problemOf({ user, key, fingerprint, enc }: Partial<KnownWish>, config: string): string | undefined {
  if (user === undefined && !isAbsolute(config))
    return 'If not specifying a "user", specify an absolute "config".'
  if (key && fingerprint) return 'Specify either "key" or "fingerprint", not both.'
  return key && !enc ? 'Required argument "enc" if using "key" argument.' : undefined
}

function planned(
  status: unknown,
  { name, config }: { readonly name: string; readonly config: string },
): StateReturn {
  if (isMap(status)) return result(false, pythonStr(valueAt(status, 'error')))
  if (status === 'exists') return result(true, `Host ${name} is already in ${config}`)
  const doing = status === 'add' ? 'added to' : 'updated in'
  return result(null, `Key for ${name} is set to be ${doing} ${config}`)
}

function savedWords(
  { name, key, fingerprint, enc }: Partial<KnownWish>,
  config: string,
  first: unknown,
): string {
  const of = (field: string) => pythonStr(isMap(first) ? valueAt(first, field) : undefined)
  if (key) return `${name}'s key saved to ${config} (key: ${of('key')})`
  if (fingerprint) return `${name}'s key saved to ${config} (fingerprint: ${of('fingerprint')})`
  return enc
    ? `${name}'s ${enc} key saved to ${config} (key: ${of('key')})`
    : `${name}'s key(s) saved to ${config}`
}

function result(value: boolean | null, comment: string): StateReturn {
  return { changes: {}, result: value, comment }
}

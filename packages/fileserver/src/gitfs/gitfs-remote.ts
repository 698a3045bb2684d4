// SPDX-License-Identifier: Apache-2.0
import { isSaltError, isSaltenv, parseSaltPath, SaltError, type Saltenv } from '@halite/core'
import { exposedBy, type IsExposed } from '../expression-lists.ts'
import type { GitRefs } from '../git/git-refs.ts'
import type { GitRemote } from '../git/git-remote.ts'
import { type ConfiguredRemote, configuredRemotes, type RemoteParameters } from '../git/remote-config.ts'

/** Where branches of a remote are kept. */
const branches = 'refs/remotes/origin/'
const tags = 'refs/tags/'
const refTypes = ['branch', 'tag', 'sha'] as const

type RefType = (typeof refTypes)[number]

/** What an environment is made of, where its own settings differ from those of the remote. */
interface Mapping {
  readonly ref?: string
  readonly root?: string
  readonly mountpoint?: string
}

/** A remote of `gitfs_remotes`, with how its branches and tags become environments. */
export interface GitfsRemote {
  readonly remote: GitRemote
  readonly intervalMs: number
  readonly base: string
  readonly fallback: string | undefined
  /** A directory of the repository that is served, `` for all of it. */
  readonly root: string
  /** Where it is served, `` for the top. */
  readonly mountpoint: string
  readonly mappings: ReadonlyMap<string, Mapping>
  readonly isMapped: boolean
  readonly allSaltenvs: string | undefined
  readonly refTypes: readonly RefType[]
  readonly isExposed: IsExposed
}

/** What an environment shows of a remote. */
export interface Shown {
  readonly ref: string
  readonly root: string
  readonly mountpoint: string
}

const parameters: RemoteParameters = {
  shared: {
    base: 'text',
    fallback: 'text',
    mountpoint: 'text',
    root: 'text',
    saltenv_whitelist: 'texts',
    saltenv_blacklist: 'texts',
    disable_saltenv_mapping: 'boolean',
    ref_types: 'texts',
    update_interval: 'integer',
  },
  only: { all_saltenvs: 'text', saltenv: 'maps' },
}

/** Reads `gitfs_remotes` and the options beside it. Throws `CONFIG_INVALID`. */
export function gitfsRemotes(options: Readonly<Record<string, unknown>>): readonly GitfsRemote[] {
  const remotes = options['gitfs_remotes']
  const configured = configuredRemotes(Array.isArray(remotes) ? remotes : [], {
    role: 'gitfs',
    options,
    parameters,
  })
  const shared = sharedMappings(options['gitfs_saltenv'])
  const interval = Number(options['fileserver_update_interval'] ?? 60)
  return configured.map((each) => gitfsRemote(each, { shared, interval }))
}

/** `gitfs_saltenv` has the form of the per-remote parameter. */
function sharedMappings(value: unknown): Readonly<Record<string, Mapping>> {
  const [only] = configuredRemotes([{ '/': [{ saltenv: value ?? [] }] }], {
    role: 'gitfs_saltenv',
    options: {},
    parameters,
  })
  return (only?.values['saltenv'] ?? {}) as Record<string, Mapping>
}

function gitfsRemote(
  { remote, values }: ConfiguredRemote,
  { shared, interval }: { readonly shared: Readonly<Record<string, Mapping>>; readonly interval: number },
): GitfsRemote {
  const own = (values['saltenv'] ?? {}) as Record<string, Mapping>
  const names = [...new Set([...Object.keys(shared), ...Object.keys(own)])]
  const where = `gitfs_remotes: ${remote.id}`
  const mappings = names.map((name) => [name, mappingOf(where, { ...shared[name], ...own[name] })] as const)
  const text = (name: string) => (values[name] === '' ? undefined : (values[name] as string | undefined))
  return {
    remote,
    intervalMs: (Number(values['update_interval'] ?? 0) || interval) * 1000,
    base: own['base']?.ref ?? text('base') ?? 'master',
    fallback: text('fallback'),
    root: pathOf(where, text('root')),
    mountpoint: pathOf(where, text('mountpoint')),
    mappings: new Map(mappings),
    isMapped: values['disable_saltenv_mapping'] !== true,
    allSaltenvs: text('all_saltenvs'),
    refTypes: refTypesOf(where, (values['ref_types'] ?? refTypes) as readonly string[]),
    isExposed: exposedBy(
      where,
      (values['saltenv_whitelist'] ?? []) as readonly string[],
      (values['saltenv_blacklist'] ?? []) as readonly string[],
    ),
  }
}

function mappingOf(where: string, { ref, root, mountpoint, ...unknown }: Mapping): Mapping {
  const [other] = Object.keys(unknown)
  if (other !== undefined) {
    throw new SaltError('CONFIG_INVALID', `${where}: saltenv has no parameter ${JSON.stringify(other)}`, {
      hint: 'There are: ref, root, mountpoint.',
    })
  }
  return {
    ...(ref === undefined ? {} : { ref }),
    ...(root === undefined ? {} : { root: pathOf(where, root) }),
    ...(mountpoint === undefined ? {} : { mountpoint: pathOf(where, mountpoint) }),
  }
}

function pathOf(where: string, value: string | undefined): string {
  const text = (value ?? '').replace(/^salt:\/\//, '').replace(/^\/+|\/+$/g, '')
  if (text === '' || text === '.') return ''
  try {
    return parseSaltPath(text)
  } catch (error) {
    if (!isSaltError(error)) throw error
    throw new SaltError('CONFIG_INVALID', `${where}: ${error.message}`, { cause: error })
  }
}

function refTypesOf(where: string, values: readonly string[]): readonly RefType[] {
  return values.map((value) => {
    const type = refTypes.find((each) => each === value.toLowerCase())
    if (type !== undefined) return type
    throw new SaltError('CONFIG_INVALID', `${where}: ref_types has ${JSON.stringify(value)}`, {
      hint: 'There are: branch, tag, sha.',
    })
  })
}

/** The environments that the refs of a remote make, sorted. */
export function environmentsOf(remote: GitfsRemote, refs: GitRefs): readonly Saltenv[] {
  const { base, mappings, isMapped, isExposed } = remote
  const environments = new Set<string>()
  const mapped = new Set([...mappings.values()].flatMap(({ ref }) => ref ?? []))
  if (/^[0-9a-f]{40,64}$/.test(base)) environments.add('base')
  for (const name of refNames(remote, refs)) {
    if (name === base) environments.add('base')
    else if (isMapped && !mapped.has(name)) environments.add(name)
  }
  for (const [name, { ref }] of mappings) if (ref !== undefined) environments.add(name)
  return [...environments].filter((name): name is Saltenv => isExposed(name) && isSaltenv(name)).sort()
}

function refNames({ refTypes: types }: GitfsRemote, refs: GitRefs): readonly string[] {
  const names = [...refs.keys()]
  const below = (prefix: string) =>
    names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  return [...(types.includes('branch') ? below(branches) : []), ...(types.includes('tag') ? below(tags) : [])]
}

/** What an environment shows of a remote; undefined when that is nothing. */
export function shownIn(remote: GitfsRemote, saltenv: string): Shown | undefined {
  if (!remote.isExposed(saltenv)) return undefined
  const { allSaltenvs, base, isMapped, mappings } = remote
  const mapping = mappings.get(saltenv)
  const { root = remote.root, mountpoint = remote.mountpoint } = mapping ?? {}
  const own = mapping?.ref ?? (isMapped ? saltenv : undefined)
  const ref = allSaltenvs ?? (saltenv === 'base' ? base : own)
  return ref === undefined ? undefined : { ref, root, mountpoint }
}

/** The names under which git may know a ref, in the order they are tried. */
export function refNamesOf({ refTypes: types }: GitfsRemote, ref: string): readonly string[] {
  return types.flatMap((type) => {
    if (type === 'sha') return []
    return `${type === 'branch' ? branches : tags}${ref}`
  })
}

// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, plainNumber, pythonStr, SaltError, Secret } from '@halite/core'
import { checkAuth } from './git-access.ts'
import type { GitRemote } from './git-remote.ts'
import { hasControls, parseGitUrl } from './git-url.ts'

/** What a parameter of a remote holds: `texts` is a list or a text with commas, `maps` a map of maps. */
export type ParameterKind = 'text' | 'texts' | 'boolean' | 'integer' | 'verify' | 'maps'

/** Parameters of a role's remotes: by name, with what they hold. */
export interface RemoteParameters {
  /** Those that have an option for all remotes too: `gitfs_<name>`. */
  readonly shared: Readonly<Record<string, ParameterKind>>
  /** Those of a single remote alone. */
  readonly only: Readonly<Record<string, ParameterKind>>
}

/** A remote as its role's options have it. */
export interface ConfiguredRemote {
  readonly remote: GitRemote
  /** The branch in front of the URL, where the role has one. */
  readonly branch: string | undefined
  /** All parameters: the remote's own, or the option for all. */
  readonly values: Readonly<Record<string, unknown>>
}

/** Parameters that every role has. */
const common: Readonly<Record<string, ParameterKind>> = {
  user: 'text',
  password: 'text',
  pubkey: 'text',
  privkey: 'text',
  passphrase: 'text',
  insecure_auth: 'boolean',
  ssl_verify: 'verify',
  refspecs: 'texts',
  proxy: 'text',
  depth: 'integer',
}
const commonOnly: Readonly<Record<string, ParameterKind>> = { name: 'text' }

export interface RemoteConfigOptions {
  /** As its options begin: `gitfs`. */
  readonly role: string
  /** As messages name the list of remotes; default `<role>_remotes`. */
  readonly list?: string
  readonly options: Readonly<Record<string, unknown>>
  readonly parameters: RemoteParameters
  /** Whether a branch may stand in front of the URL: `git_pillar`, `winrepo`. */
  readonly hasBranch?: boolean
}

/**
 * Reads entries such as those of `gitfs_remotes`: a URL, or a map from a URL to a list of its parameters. Throws
 * `CONFIG_INVALID`, which names the remote and the parameter.
 */
export function configuredRemotes(
  remotes: readonly unknown[],
  config: RemoteConfigOptions,
): readonly ConfiguredRemote[] {
  const { role, options, parameters, list = `${role}_remotes` } = config
  const defaults = Object.keys({ ...common, ...parameters.shared }).map((name) => {
    return [name, options[`${role}_${name}`]] as const
  })
  const read = remotes.flatMap((entry) => entriesIn(list, entry))
  const configured = read.map(([text, own]) => remoteOf(text, own, { ...config, list, defaults }))
  refuseSharedNames(list, configured)
  return configured
}

/** An entry of the list; a map may name several. */
function entriesIn(list: string, entry: unknown): readonly (readonly [string, unknown])[] {
  if (typeof entry === 'string') return [[entry, undefined]]
  if (!isMap(entry)) {
    throw new SaltError('CONFIG_INVALID', `${list}: expected a URL, or a URL with parameters below it`)
  }
  return entriesOf(entry).map(([url, own]) => {
    if (own !== null && own !== undefined) return [String(url), own] as const
    throw new SaltError('CONFIG_INVALID', `${list}: ${shownText(String(url))} has no parameters`, {
      hint: 'Remove the colon behind the URL, or write parameters below it.',
    })
  })
}

function remoteOf(
  text: string,
  own: unknown,
  {
    role,
    list,
    parameters,
    hasBranch = false,
    defaults,
  }: RemoteConfigOptions & {
    readonly list: string
    readonly defaults: readonly (readonly [string, unknown])[]
  },
): ConfiguredRemote {
  const [branch, urlText] = splitBranch(text, hasBranch)
  const url = parseGitUrl(urlText)
  const id = branch === undefined ? url.shown : `${branch} ${url.shown}`
  const kinds = { ...common, ...commonOnly, ...parameters.shared, ...parameters.only }
  const named = namedParameters(`${list}: ${id}`, own, kinds)
  const given = Object.fromEntries(
    defaults.map(([name, value]) => [name, typed(`${role}_${name}`, kinds[name], value)]),
  )
  const values = { ...given, ...named }
  const remote: GitRemote = {
    role,
    id,
    url,
    name: fileName(`${list}: ${id}: name`, textOf(values['name'])),
    refspecs: listOf(values['refspecs']),
    depth: Number(values['depth'] ?? 0),
    sslVerify: (values['ssl_verify'] ?? true) as boolean | string,
    proxy: secretOf(values['proxy']),
    auth: authOf(values),
  }
  checkCredentials(remote)
  checkAuth(remote, values['insecure_auth'] === true)
  return { remote, branch, values }
}

function authOf(values: Readonly<Record<string, unknown>>): GitRemote['auth'] {
  return {
    user: textOf(values['user']),
    password: secretOf(values['password']),
    privkey: textOf(values['privkey']),
    passphrase: secretOf(values['passphrase']),
  }
}

/** Line ends would tell git or ssh something else. */
function checkCredentials({ id, auth }: GitRemote): void {
  const texts = [auth.user, auth.password?.reveal(), auth.passphrase?.reveal(), auth.privkey]
  if (!texts.some((each) => each !== undefined && hasControls(each))) return
  throw new SaltError('CONFIG_INVALID', `${id}: a user, password or key holds control characters`)
}

function splitBranch(text: string, hasBranch: boolean): readonly [string | undefined, string] {
  const parts = /^(\S+)\s+(.+)$/.exec(text)
  return hasBranch && parts !== null ? [parts[1], parts[2] ?? ''] : [undefined, text]
}

function namedParameters(
  where: string,
  own: unknown,
  kinds: Readonly<Record<string, ParameterKind>>,
): Record<string, unknown> {
  const entries = entriesOf(repacked(where, own))
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const name = String(key)
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
      if (kind !== undefined) return [name, typed(`${where}: ${name}`, kind, value)] as const
      throw new SaltError('CONFIG_INVALID', `${where}: there is no parameter ${JSON.stringify(name)}`, {
        hint: `There are: ${Object.keys(kinds).sort().join(', ')}.`,
      })
    }),
  )
}

/** A list of maps with one key each, as one map. */
function repacked(where: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {}
  const maps = Array.isArray(value) ? value : [value]
  if (!maps.every(isMap)) throw new SaltError('CONFIG_INVALID', `${where}: expected a list of name: value`)
  return Object.fromEntries(maps.flatMap((map) => entriesOf(map).map(([key, each]) => [String(key), each])))
}

function typed(where: string, kind: ParameterKind | undefined, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  switch (kind) {
    case 'boolean':
      if (typeof value === 'boolean') return value
      throw invalid(where, 'True or False')
    case 'verify':
      if (typeof value === 'boolean' || typeof value === 'string') return value
      throw invalid(where, 'True, False or the path of a file of authorities')
    case 'integer': {
      const number = Number(plainNumber(value) ?? Number.NaN)
      if (Number.isSafeInteger(number) && number >= 0) return number
      throw invalid(where, 'a whole number, 0 or more')
    }
    case 'texts': {
      const items = Array.isArray(value) ? value : pythonStr(value).split(',')
      return items.map((item) => pythonStr(item).trim()).filter((item) => item !== '')
    }
    case 'maps':
      return mapsOf(where, value)
    default:
      if (isMap(value) || Array.isArray(value)) throw invalid(where, 'text')
      return pythonStr(value)
  }
}

function mapsOf(where: string, value: unknown): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const maps = entriesOf(repacked(where, value)).map(([name, inner]) => {
    const texts = entriesOf(repacked(`${where}: ${String(name)}`, inner ?? undefined))
    return [String(name), Object.fromEntries(texts.map(([key, text]) => [String(key), pythonStr(text)]))]
  })
  return Object.fromEntries(maps)
}

function invalid(where: string, expected: string): SaltError {
  return new SaltError('CONFIG_INVALID', `${where}: expected ${expected}`)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function secretOf(value: unknown): Secret | undefined {
  const text = textOf(value instanceof Secret ? value.reveal() : value)
  return text === undefined ? undefined : new Secret(text)
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

/** A name becomes that of a directory. */
function fileName(where: string, name: string | undefined): string | undefined {
  if (name === undefined || /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name)) return name
  throw new SaltError('CONFIG_INVALID', `${where}: ${JSON.stringify(name)} is no name for a directory`, {
    hint: 'Use letters, digits and _ . -',
  })
}

function refuseSharedNames(list: string, configured: readonly ConfiguredRemote[]): void {
  const named = new Map<string, string>()
  for (const { remote } of configured) {
    if (remote.name === undefined) continue
    const other = named.get(remote.name)
    if (other !== undefined && other !== remote.url.href) {
      throw new SaltError('CONFIG_INVALID', `${list}: two remotes have the name ${remote.name}`, {
        hint: 'Give each a name of its own.',
      })
    }
    named.set(remote.name, remote.url.href)
  }
}

/** A URL that could not be read yet, without what may be a password in it. */
function shownText(text: string): string {
  return text.replace(/:\/\/[^/@]*@/, '://…@')
}

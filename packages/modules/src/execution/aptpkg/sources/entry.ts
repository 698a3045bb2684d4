// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** A repository as a line of a `.list` file has it: `deb [arch=amd64] http://deb.debian.org/debian bookworm main`. */
export interface SourceEntry {
  readonly type: string
  readonly uri: string
  readonly dist: string
  readonly comps: readonly string[]
  /** In their order: `['arch', 'amd64,i386']`. */
  readonly options: readonly (readonly [name: string, value: string])[]
  readonly disabled: boolean
  /** What stands behind a `#` at the end. */
  readonly comment: string
}

/** Reads a line; undefined for one that holds no repository. A `#` at its beginning disables it. */
export function parseEntry(line: string): SourceEntry | undefined {
  const [, mark = '', rest = ''] = /^\s*(#*)\s*(.*?)\s*$/.exec(line) ?? []
  const hash = rest.search(/\s#/)
  const text = hash < 0 ? rest : rest.slice(0, hash)
  const [, type, bracket = '', words = ''] = /^(deb|deb-src)\s+(?:\[([^\]]*)\]\s*)?(.*)$/.exec(text) ?? []
  const [, uri, others = ''] = /^(cdrom:\[[^\]]*\]\S*|\S+)\s*(.*)$/.exec(words) ?? []
  const [dist, ...comps] = others.split(/\s+/).filter((word) => word !== '')
  if (type === undefined || uri === undefined || dist === undefined) return undefined
  const comment = hash < 0 ? '' : rest.slice(hash).replace(/^\s*#/, '')
  return { type, uri, dist, comps, options: optionsIn(bracket), disabled: mark !== '', comment }
}

/** The same for what a person asks for. Throws ARGUMENTS_INVALID when it is not a whole line of a sources file. */
export function requestedEntry(repo: string): SourceEntry {
  const entry = /[\p{Cc}]/u.test(repo) ? undefined : parseEntry(repo)
  if (entry !== undefined) return entry
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `Name ${JSON.stringify(repo)} is not valid. This must be the complete repo entry as seen in the sources file`,
    { hint: 'Such as `deb http://deb.debian.org/debian bookworm main`.' },
  )
}

/** The line of an entry, without a line break. */
export function lineOf({ type, uri, dist, comps, options, disabled, comment }: SourceEntry): string {
  const bracket = options.map(([name, value]) => `${name}=${value}`).join(' ')
  const words = [
    ...(disabled ? ['#'] : []),
    type,
    ...(bracket === '' ? [] : [`[${bracket}]`]),
    uri,
    dist,
    ...comps,
    ...(comment === '' ? [] : [`#${comment}`]),
  ]
  return words.join(' ')
}

/** The values of an option. */
export function optionOf({ options }: SourceEntry, name: string): readonly string[] {
  const value = options.find(([key]) => key === name)?.[1]
  return value === undefined ? [] : value.split(',')
}

/** The same repository: type, address and release. */
export function isSameRepository(one: SourceEntry, other: SourceEntry): boolean {
  const bare = (uri: string) => uri.replace(/\/+$/, '')
  return one.type === other.type && bare(one.uri) === bare(other.uri) && one.dist === other.dist
}

function optionsIn(text: string): [string, string][] {
  return text
    .split(/\s+/)
    .filter((word) => word.includes('='))
    .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)])
}

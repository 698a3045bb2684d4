// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  isMap,
  isSaltError,
  isTruthy,
  messageOf,
  pythonStr,
  SaltError,
  valueAt,
} from '@halite/core'
import type { RenderSls, SlsCatalogue, SlsToRender } from './state-files.ts'
import { topErrors } from './top-errors.ts'
import { mergeTops, type TopFiles, type TopTargets } from './top-merge.ts'

/** What decides which top files are read, and whom a target of theirs means. */
export interface TopParts {
  readonly catalogue: SlsCatalogue
  readonly render: RenderSls
  readonly options: Readonly<Record<string, unknown>>
  /** Whether a target selects this minion. */
  matches(target: string, type: string): boolean
  /** What `master_tops` gives: environment → sls names. Checked where it is made. */
  masterTops?(): Promise<DataMap>
}

/** What the top files say of a minion: environment → sls names; or what is wrong with them, in Salt's words. */
export interface TopVerdict {
  readonly matches: ReadonlyMap<string, readonly string[]>
  readonly errors: readonly string[]
}

/** Reads top files, merges them by `top_file_merging_strategy`, and finds what applies to the minion. */
export async function topMatches(parts: TopParts): Promise<TopVerdict> {
  const tops = await readTops(parts)
  const merged = mergeTops(tops, parts.options)
  const errors = topErrors(merged)
  if (errors.length > 0) return { matches: new Map(), errors }
  const matches = await appliedTo(merged, parts)
  return { matches: await withMasterTops(matches, parts), errors: [] }
}

/** The top files merged: environment → target → list. */
export async function mergedTop(parts: TopParts): Promise<TopTargets> {
  return mergeTops(await readTops(parts), parts.options)
}

async function readTops(parts: TopParts): Promise<TopFiles> {
  const { options } = parts
  const saltenv = optionText(options, 'saltenv')
  if (
    optionText(options, 'top_file_merging_strategy') === 'same' &&
    saltenv === '' &&
    optionText(options, 'default_top') === ''
  ) {
    throw new SaltError(
      'TOP_INVALID',
      "top_file_merging_strategy set to 'same', but no default_top configuration option was set",
    )
  }
  const path = topPath(options)
  const tops = new Map<string, DataMap[]>()
  const wanted = saltenv === '' ? await topEnvironments(parts) : [saltenv]
  for (const env of wanted) tops.set(env, [await readTop(parts, path, env)])
  for (const [env, files] of tops) await addIncluded(parts, env, files)
  return tops
}

function topPath(options: TopParts['options']): string {
  return (optionText(options, 'state_top') || 'top.sls').replace(/^salt:\/\//, '').replace(/^\/+/, '')
}

async function topEnvironments({ catalogue, options }: TopParts): Promise<readonly string[]> {
  const only = options['state_top_saltenv']
  if (isTruthy(only ?? null)) return [pythonStr(only)]
  const envs = await catalogue.files.envs()
  const order = Array.isArray(options['env_order']) ? [...new Set(options['env_order'].map(pythonStr))] : []
  if (order.length > 0) return envs.length === 0 ? order : order.filter((env) => envs.includes(env))
  return ['base', ...envs.filter((env) => env !== 'base')]
}

async function readTop(parts: TopParts, path: string, saltenv: string): Promise<DataMap> {
  const file = await parts.catalogue.files.read(path, saltenv)
  if (file === undefined) return {}
  return rendered(parts, { ...file, path, sls: '', saltenv })
}

async function rendered({ render }: TopParts, file: SlsToRender): Promise<DataMap> {
  const place = `salt://${file.path} of ${file.saltenv}`
  try {
    const data = await render(file)
    if (isMap(data)) return data
    if (!isTruthy(data)) return {}
  } catch (error) {
    if (!isSaltError(error)) throw error
    throw new SaltError('TOP_INVALID', `${messageOf(error)}\nin ${place}`, { cause: error })
  }
  throw new SaltError('TOP_INVALID', `${place} is not formed as a dictionary of environments`)
}

/** The sls files that top files include are top files too. */
async function addIncluded(parts: TopParts, saltenv: string, files: DataMap[]): Promise<void> {
  const done = new Set<string>()
  for (const file of [...files]) {
    const include = valueAt(file, 'include')
    for (const glob of Array.isArray(include) ? include : []) {
      for (const sls of await parts.catalogue.matching(pythonStr(glob), saltenv)) {
        if (done.has(sls)) continue
        done.add(sls)
        const found = await parts.catalogue.find(sls, saltenv)
        if (found !== undefined) files.push(await rendered(parts, { ...found, sls, saltenv }))
      }
    }
  }
}

async function appliedTo(top: TopTargets, parts: TopParts): Promise<Map<string, string[]>> {
  const saltenv = optionText(parts.options, 'saltenv')
  const matches = new Map<string, string[]>()
  for (const [env, targets] of top) {
    if (saltenv !== '' && env !== saltenv) continue
    for (const [target, list] of targets) await addMatching({ parts, matches, env }, pythonStr(target), list)
  }
  return matches
}

interface Adding {
  readonly parts: TopParts
  readonly matches: Map<string, string[]>
  readonly env: string
}

async function addMatching(adding: Adding, target: string, list: unknown): Promise<void> {
  const { parts, matches, env } = adding
  const items = typeof list === 'string' ? [list] : Array.isArray(list) ? list : []
  if (!parts.matches(target, matcherOf(items))) return
  if (!matches.has(env)) matches.set(env, [])
  for (const item of items) {
    if (typeof item === 'string') matches.get(env)?.push(item)
    else if (isMap(item)) await addMap(adding, item)
  }
}

/** `{match: grain}`, `{subfilter: {target: list}}`, or an sls of another environment: `{dev: web}`. */
async function addMap(adding: Adding, item: DataMap): Promise<void> {
  const { parts, matches } = adding
  const inner = valueAt(item, 'subfilter')
  if (isMap(inner))
    for (const [target, list] of entriesOf(inner)) await addMatching(adding, pythonStr(target), list)
  const last = entriesOf(item)
    .filter(([key]) => key !== 'subfilter')
    .at(-1)
  if (last === undefined) return
  const [env, sls] = [pythonStr(last[0]), last[1]]
  if (env === 'match' || typeof sls !== 'string' || !(await parts.catalogue.hasEnv(env))) return
  const list = matches.get(env) ?? []
  matches.set(env, [...list, sls])
}

function matcherOf(items: readonly unknown[]): string {
  const named = items.filter(isMap).map((item) => valueAt(item, 'match'))
  return String(named.findLast((type) => type !== undefined) ?? 'compound')
}

async function withMasterTops(
  matches: Map<string, string[]>,
  { masterTops, options }: TopParts,
): Promise<Map<string, string[]>> {
  for (const [key, names] of entriesOf((await masterTops?.()) ?? {})) {
    const env = pythonStr(key)
    const list = Array.isArray(names) ? names.map(pythonStr) : []
    const own = matches.get(env) ?? []
    const [first, second] = isTruthy(options['master_tops_first'] ?? null) ? [list, own] : [own, list]
    matches.set(env, [...first, ...second.filter((sls) => !first.includes(sls))])
  }
  return matches
}

function optionText(options: TopParts['options'], name: string): string {
  const value = options[name]
  return value === undefined || value === null || value === false ? '' : pythonStr(value)
}

// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, equal, isMap, pythonStr, SaltError, sizeOf } from '@halite/core'

/** Environment → its top file, and those that it includes. */
export type TopFiles = ReadonlyMap<string, readonly DataMap[]>

/** Environment → target → list of sls names and options. */
export type TopTargets = Map<string, Map<unknown, unknown>>

/** Merges top files by `top_file_merging_strategy`: `merge`, `same` or `merge_all`. */
export function mergeTops(tops: TopFiles, options: Readonly<Record<string, unknown>>): TopTargets {
  const strategy = options['top_file_merging_strategy']
  if (strategy === 'same') return mergeSame(tops, pythonStr(options['default_top'] ?? ''))
  return strategy === 'merge_all' ? mergeAll(tops) : mergeByBase(tops)
}

/** The top file of base decides; of another environment only its own section counts, and only when base has none for it. */
function mergeByBase(tops: TopFiles): TopTargets {
  const merged: TopTargets = new Map()
  for (const [saltenv, targets] of sections(tops.get('base') ?? [])) add(merged, saltenv, targets)
  const decided = new Set(merged.keys())
  for (const [env, files] of tops) {
    if (env === 'base') continue
    for (const file of files) {
      for (const [saltenv, targets] of sections([file])) {
        if (saltenv === env && !decided.has(saltenv) && !merged.has(saltenv)) add(merged, saltenv, targets)
      }
    }
  }
  return merged
}

/** Of each top file only the section of its own environment counts; without a top file that of `default_top` stands in. */
function mergeSame(tops: TopFiles, defaultTop: string): TopTargets {
  const merged: TopTargets = new Map()
  for (const [env, own] of tops) {
    const isEmpty = own.every((file) => sizeOf(file) === 0)
    const files = isEmpty ? (tops.get(defaultTop) ?? []) : own
    for (const [saltenv, targets] of sections(files)) if (saltenv === env) add(merged, saltenv, targets)
  }
  return merged
}

/** Every section of every top file counts; lists of the same target are joined. */
function mergeAll(tops: TopFiles): TopTargets {
  const merged: TopTargets = new Map()
  for (const files of tops.values()) {
    for (const [saltenv, targets] of sections(files)) {
      const known = merged.get(saltenv) ?? new Map<unknown, unknown>()
      for (const [target, list] of targetsOf(targets)) {
        known.set(target, known.has(target) ? joined(known.get(target), list) : list)
      }
      merged.set(saltenv, known)
    }
  }
  return merged
}

function joined(first: unknown, second: unknown): unknown[] {
  const [one, other] = [parts(first), parts(second)]
  const options = other.options ?? one.options
  const list = [...(options === undefined ? [] : [options]), ...one.names]
  return [...list, ...other.names.filter((name) => !list.some((known) => equal(known, name)))]
}

function parts(list: unknown): { readonly options: unknown; readonly names: readonly string[] } {
  const items = Array.isArray(list) ? list : []
  return { options: items.findLast(isMap), names: items.filter((item) => typeof item === 'string') }
}

function* sections(files: readonly DataMap[]): Generator<[string, unknown]> {
  for (const file of files) {
    for (const [saltenv, targets] of entriesOf(file)) {
      if (saltenv !== 'include') yield [pythonStr(saltenv), targets]
    }
  }
}

function add(merged: TopTargets, saltenv: string, targets: unknown): void {
  const known = merged.get(saltenv) ?? new Map<unknown, unknown>()
  for (const [target, list] of targetsOf(targets)) known.set(target, list)
  merged.set(saltenv, known)
}

function targetsOf(targets: unknown): readonly (readonly [unknown, unknown])[] {
  if (isMap(targets)) return entriesOf(targets)
  throw new SaltError('TOP_INVALID', 'Unable to render top file. No targets found.', {
    hint: 'Below an environment a top file has targets, and below each a list of sls names.',
  })
}

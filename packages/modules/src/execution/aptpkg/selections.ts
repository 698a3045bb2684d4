// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  isMap,
  isTruthy,
  mapOf,
  parseYaml,
  pythonStr,
  SaltError,
} from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { checkedGlob, checkedName } from './names.ts'
import { outputOf } from './programs.ts'
import { sourcePath } from './targets.ts'

/** State → names of packages. */
export type Selections = ReadonlyMap<string, readonly string[]>

const states = ['install', 'hold', 'deinstall', 'purge']

export interface SelectionRequest {
  readonly path?: string | undefined
  readonly selection?: unknown
  /** Begin with all packages to be removed. */
  readonly clear: boolean
  readonly saltenv: string
}

/** What dpkg was asked to do with packages, of those that a pattern matches or all. */
export async function readSelections(ctx: ExecContext, pattern = '*'): Promise<Selections> {
  return selectionsIn(await outputOf(ctx, ['dpkg', '--get-selections', checkedGlob(pattern)]))
}

/** `pkg.set_selections`: name → old and new state of what changed. Rejects with ARGUMENTS_INVALID or COMMAND_FAILED. */
export async function changeSelections(ctx: ExecContext, request: SelectionRequest): Promise<DataMap> {
  const { path, selection } = request
  if (!path && !isTruthy(selection ?? null)) return {}
  if (path && isTruthy(selection ?? null)) {
    const both = "The 'selection' and 'path' arguments to pkg.set_selections are mutually exclusive"
    throw new SaltError('ARGUMENTS_INVALID', `${both}, and cannot be specified together`)
  }
  const wanted = path ? await selectionsOfFile(ctx, path, request.saltenv) : givenSelections(selection)
  const isTest = isTruthy(ctx.options['test'] ?? false)
  if (request.clear && !isTest) await outputOf(ctx, ['dpkg', '--clear-selections'])
  const before = stateByName(await readSelections(ctx))
  const lines = [...wanted].flatMap(([state, names]) =>
    names.filter((name) => before.get(name) !== state).map((name) => `${checkedName(name)} ${state}`),
  )
  if (lines.length === 0 || isTest) return {}
  await outputOf(ctx, ['dpkg', '--set-selections'], { stdin: `${lines.join('\n')}\n` })
  const after = stateByName(await readSelections(ctx))
  const changed = lines.map((line) => line.split(' ')[0] ?? '').filter((name) => after.has(name))
  return mapOf(changed.map((name) => [name, { old: before.get(name) ?? null, new: after.get(name) }]))
}

/** Lines of a name and a state. */
export function selectionsIn(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [name, state] = line.trim().split(/\s+/)
    if (!name || state === undefined) continue
    found.set(state, [...(found.get(state) ?? []), name])
  }
  return found
}

async function selectionsOfFile(ctx: ExecContext, path: string, saltenv: string): Promise<Selections> {
  const file = await sourcePath(ctx, { name: 'selections', source: path, saltenv })
  return checkedStates(selectionsIn(await ctx.fs.readText(file)))
}

function givenSelections(selection: unknown): Selections {
  const given = typeof selection === 'string' ? parseYaml(selection, 'selection') : selection
  if (!isMap(given))
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'Improperly-formatted selection: it is a map from a state to names',
    )
  const entries = entriesOf(given).map(([state, names]): [string, string[]] => [
    pythonStr(state),
    (Array.isArray(names) ? names : [names]).map(pythonStr),
  ])
  return checkedStates(new Map(entries))
}

function checkedStates(selections: Selections): Selections {
  const bad = [...selections.keys()].filter((state) => !states.includes(state))
  if (bad.length === 0) return selections
  throw new SaltError('ARGUMENTS_INVALID', `Invalid state(s): ${bad.join(', ')}`, {
    hint: `States are ${states.join(', ')}.`,
  })
}

function stateByName(selections: Selections): Map<string, string> {
  return new Map([...selections].flatMap(([state, names]) => names.map((name) => [name, state])))
}

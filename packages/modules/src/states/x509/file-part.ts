// SPDX-License-Identifier: Apache-2.0
import { arg, bindNamed, deriveContext, type StateContext, type StateReturn } from '@halite/loader'
import { dropOld, plainArguments, refuseUnknown } from '../../execution/x509/arguments.ts'

type Plain = Readonly<Record<string, unknown>>

/** Arguments of `file.managed` that these states hand on. */
const fileArguments = new Set([
  'user',
  'group',
  'mode',
  'attrs',
  'makedirs',
  'dir_mode',
  'backup',
  'create',
  'follow_symlinks',
  'check_cmd',
  'tmp_dir',
  'tmp_ext',
  'selinux',
  'encoding_errors',
  'win_owner',
  'win_perms',
  'win_deny_perms',
  'win_inheritance',
  'win_perms_reset',
])

/** An argument of `file.managed` that has to be declared: elsewhere the run of states checks it itself. */
export const checkCommand = {
  check_cmd: {
    ...arg.any('A command that has to accept the new content; its last word is the path of a copy.'),
    required: false,
  },
} as const

/** What is for the file, and what is left. */
export interface SplitArguments {
  readonly file: Record<string, unknown>
  readonly rest: Record<string, unknown>
}

/** Arguments of a state that declares few of those of the file. */
interface Given {
  readonly kwargs: Plain
  readonly check_cmd?: unknown
}

/** Splits arguments into those of the file and the others. */
export function splitArguments({ kwargs, check_cmd }: Given): SplitArguments {
  const check = check_cmd === undefined || check_cmd === null ? {} : { check_cmd }
  const entries = Object.entries(plainArguments({ ...kwargs, ...check }))
  return {
    file: {
      show_changes: false,
      ...Object.fromEntries(entries.filter(([name]) => fileArguments.has(name))),
    },
    rest: Object.fromEntries(entries.filter(([name]) => !fileArguments.has(name))),
  }
}

/** The arguments of the file, where nothing else may be given but what `old` names and the state ignores. */
export function fileArgumentsOf(given: Given, old: readonly string[] = []): Record<string, unknown> {
  const { file, rest } = splitArguments(given)
  dropOld(rest, old)
  refuseUnknown(rest)
  return file
}

/** A call of `file.managed`. */
export interface FileCall {
  readonly test?: boolean
  readonly replace?: boolean
  readonly contents?: string
}

/** Runs `file.managed` for the file of a state, as a part of it. */
export async function manageFilePart(
  ctx: StateContext,
  file: Readonly<Record<string, unknown>> & { readonly name: string },
  { test = false, ...call }: FileCall,
): Promise<StateReturn> {
  const { fn } = await ctx.states.find('file.managed')
  const low = { ...file, state: 'file', fun: 'managed', __id__: ctx.state.id }
  const state = { ...ctx.state, test: test || ctx.state.test, low }
  const bound = bindNamed('file.managed', fn, { ...file, ...call })
  return fn.run(deriveContext(ctx, { state }), bound)
}

/** The results of parts, as a run of states keeps them beside that of the state. */
export function partsOf(ctx: StateContext, name: string, parts: readonly StateReturn[]) {
  const low = { name, state: 'file', __id__: ctx.state.id, fun: 'managed' }
  return parts.map((part) => ({ ...part, name, low }))
}

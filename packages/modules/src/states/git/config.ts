// SPDX-License-Identifier: Apache-2.0
import { equal, isSaltError, pythonStr } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { configMatches, configValues, setConfig, severalOf, unsetConfig } from '../../execution/git/config.ts'
import { reasonOf } from '../../execution/git/repository.ts'
import { failure } from '../file/result.ts'
import { anything } from '../file/shared-arguments.ts'
import { output_encoding, userArguments } from './common.ts'

const repo = arg.string('The repository; not needed with ``global: True``.').optional()
const isGlobal = arg.boolean('Whether the settings of the user are meant.').default(false)

/** The arguments of `git.config_set`. */
export const configSetArguments = {
  value: arg.string('The value.').optional(),
  multivar: anything('Several values: a list, or a text separated by commas.'),
  repo,
  ...userArguments,
  output_encoding,
  global: isGlobal,
}

/** The arguments of `git.config_unset`. */
export const configUnsetArguments = {
  value_regex: arg.string('A regular expression that values have to match.').optional(),
  repo,
  ...userArguments,
  output_encoding,
  global: isGlobal,
  all: arg.boolean('Whether all values are removed, where there are several.').default(false),
}

type Named = { readonly name: string }
type SetValues = Values<typeof configSetArguments> & Named
type UnsetValues = Values<typeof configUnsetArguments> & Named

const noRepository = "Non-global config options require the 'repo' argument to be set"

/** `git.config_set`. */
export async function manageConfigSet(ctx: StateContext, args: SetValues): Promise<StateReturn> {
  const { name, value } = args
  const several = severalOf(args.multivar)
  if (value !== undefined && several !== undefined)
    return failure("Only one of 'value' and 'multivar' is permitted")
  if (!args.global && args.repo === undefined) return failure(noRepository)
  if (value === undefined && several === undefined)
    return failure("One of 'value' and 'multivar' is required")
  const desired = several ?? [value ?? '']
  const shown = several === undefined ? `'${value}'` : pythonStr(several)
  const query = { ...queryOf(args), key: name }
  const key = `${args.global ? 'Global key ' : ''}'${name}'`
  try {
    const before = (await configValues(ctx, query)) ?? null
    if (equal(before, desired))
      return { changes: {}, result: true, comment: `${key} is already set to ${shown}` }
    const verb = before === null ? 'added as' : 'set to'
    if (ctx.state.test)
      return {
        changes: { old: before, new: desired },
        result: null,
        comment: `${key} would be ${verb} ${shown}`,
      }
    const after = await setConfig(ctx, { ...query, value, multivar: args.multivar })
    const changes = equal(before, after) ? {} : { [name]: { old: before, new: after } }
    if (!equal(after, desired))
      return {
        changes,
        result: false,
        comment: `Failed to set ${key.replace('Global', 'global')} to ${shown}`,
      }
    return { changes, result: true, comment: `${key} was ${verb} ${shown}` }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(`Failed to set ${key.replace('Global', 'global')} to ${shown}: ${reasonOf(error)}`)
  }
}

/** `git.config_unset`. */
export async function manageConfigUnset(ctx: StateContext, args: UnsetValues): Promise<StateReturn> {
  const { name, value_regex: valueRegex, all } = args
  if (!args.global && args.repo === undefined) return failure(noRepository)
  const query = { ...queryOf(args), key: `^${name.replace(/^\^+/, '').replace(/\$+$/, '')}$` }
  try {
    const matches = await configMatches(ctx, { ...query, value_regex: valueRegex })
    const keys = Object.keys(matches)
    if (keys.length === 0) return { changes: {}, result: true, comment: 'No matching keys are set' }
    const greedy = Object.entries(matches).filter(([, values]) => values.length > 1)
    if (!all && greedy.length > 0) {
      const list = listed(Object.fromEntries(greedy))
      return failure(
        valueRegex === undefined
          ? `Multivar(s) matched by the key expression (set 'all' to True to force removal): ${list}`
          : `Multiple values are matched by value_regex for the following keys (set 'all' to True to force removal): ${list}`,
      )
    }
    if (ctx.state.test)
      return { changes: matches, result: null, comment: `${keys.length} key(s) would have value(s) unset` }
    const before = await configMatches(ctx, query)
    for (const key of keys) await unsetConfig(ctx, { ...query, key, value_regex: valueRegex, all })
    const after = await configMatches(ctx, query)
    const left = await configMatches(ctx, { ...query, value_regex: valueRegex })
    const gone = Object.entries(before).map(
      ([key, values]) => [key, values.filter((one) => !(after[key] ?? []).includes(one))] as const,
    )
    const changes = Object.fromEntries(gone.filter(([, values]) => values.length > 0))
    if (Object.keys(left).length > 0)
      return { changes, result: false, comment: `Failed to unset value(s): ${listed(left)}` }
    return { changes, result: true, comment: 'Value(s) successfully unset' }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(reasonOf(error))
  }
}

function listed(matches: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(matches)
    .map(([key, values]) => `${key} (${values.join(', ')})`)
    .join('; ')
}

function queryOf({
  repo: cwd,
  user,
  password,
  output_encoding: encoding,
  global: ofUser,
}: Omit<SetValues, 'value' | 'multivar' | 'name'>) {
  return { cwd, user, password, output_encoding: encoding, global: ofUser, ignore_retcode: true }
}

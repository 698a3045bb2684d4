// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import { tail } from './arguments.ts'
import { lines, pathOf } from './repository.ts'
import { type GitAround, type GitCall, runGit } from './run-git.ts'
import { nameWord } from './words.ts'

const key = arg.string('The key, such as ``user.name``.')
const place = { cwd: arg.string('The working copy; not needed with ``global=True``.').optional() }
const isGlobal = arg.boolean('Whether the settings of the user are meant.').default(false)
const all = arg.boolean('Whether all values are meant.').default(false)

const getRegexp = fn({
  doc: 'Return the values of all keys that a regular expression matches, as lists.',
  examples: ["salt '*' git.config_get_regexp user.* cwd=/path/to/repo"],
  args: {
    key: arg.string('The regular expression of the keys.'),
    value_regex: arg.string('A regular expression that values have to match.').optional(),
    ...place,
    ...tail,
    global: isGlobal,
  },
  run: (ctx, args) => configMatches(ctx, args),
})

/** Functions of settings. */
export const configFunctions = {
  config_get: fn({
    doc: 'Return the value of a key, with ``all`` a list of all of its values; None when it is not set.',
    examples: [
      "salt '*' git.config_get user.name cwd=/path/to/repo",
      "salt '*' git.config_get user.email global=True",
    ],
    args: { key, ...place, ...tail, global: isGlobal, all },
    run: async (ctx, args) => {
      const values = await configValues(ctx, args)
      return args.all || values === undefined ? (values ?? null) : (values.at(-1) ?? '')
    },
  }),
  config_get_regexp: getRegexp,
  config_get_regex: getRegexp,
  config_set: fn({
    doc: 'Set a key to a value, or to several. Returns its values.',
    examples: ["salt '*' git.config_set user.email me@example.com cwd=/path/to/repo"],
    args: {
      key,
      value: arg.string('The value.').optional(),
      multivar: arg.any('Several values: a list, or a text separated by commas.').default(null),
      ...place,
      ...tail,
      global: isGlobal,
      add: arg.boolean('Whether the value is added to those that there are.').default(false),
    },
    run: (ctx, args) => setConfig(ctx, args),
  }),
  config_unset: fn({
    doc: 'Remove a key. Returns True.',
    examples: ["salt '*' git.config_unset /path/to/repo foo.bar"],
    args: {
      key,
      value_regex: arg.string('A regular expression that the value has to match.').optional(),
      ...place,
      ...tail,
      global: isGlobal,
      all,
    },
    run: (ctx, args) => unsetConfig(ctx, args),
  }),
}

/** Which settings are meant, and of whom. */
export interface ConfigQuery extends GitAround {
  readonly key: string
  readonly cwd?: string | undefined
  readonly global: boolean
}

/** The values of a key; undefined when it is not set. */
export async function configValues(
  ctx: ExecContext,
  query: ConfigQuery,
): Promise<readonly string[] | undefined> {
  const { retcode, stdout } = await ask(ctx, ['--get-all', nameWord(query.key, 'key')], query)
  return retcode === 1 ? undefined : lines(stdout)
}

/** The values of the keys that a regular expression matches. */
export async function configMatches(
  ctx: ExecContext,
  query: ConfigQuery & { readonly value_regex?: string | undefined },
): Promise<Record<string, readonly string[]>> {
  const value = query.value_regex === undefined ? [] : [query.value_regex]
  const { retcode, stdout } = await ask(ctx, ['--get-regexp', nameWord(query.key, 'key'), ...value], query)
  const found: Record<string, string[]> = {}
  for (const line of retcode === 1 ? [] : lines(stdout)) {
    const [, name = '', text] = /^(\S+)\s+(.*)$/.exec(line) ?? []
    if (text !== undefined) found[name] = [...(found[name] ?? []), text]
  }
  return found
}

/** What a key is to be set to. */
export interface ConfigChange extends ConfigQuery {
  readonly value?: string | undefined
  readonly multivar?: unknown
  readonly add?: boolean
}

/** Sets a key. Returns its values. */
export async function setConfig(ctx: ExecContext, change: ConfigChange): Promise<readonly string[] | null> {
  const { value, add = false } = change
  const several = severalOf(change.multivar)
  if (value !== undefined && several !== undefined)
    throw new SaltError('ARGUMENTS_INVALID', "Only one of 'value' and 'multivar' is permitted")
  const values = several ?? (value === undefined ? [] : [value])
  const call = await callOf(ctx, change)
  const scope = change.global ? ['--global'] : []
  for (const [index, one] of values.entries()) {
    const how = add || index > 0 ? '--add' : '--replace-all'
    await runGit(ctx, ['config', ...scope, how, nameWord(change.key, 'key'), one], call)
  }
  return (await configValues(ctx, change)) ?? null
}

/** Removes a key, or those of its values that a regular expression matches. */
export async function unsetConfig(
  ctx: ExecContext,
  query: ConfigQuery & { readonly value_regex?: string | undefined; readonly all: boolean },
): Promise<true> {
  const value = query.value_regex === undefined ? [] : [query.value_regex]
  const words = [query.all ? '--unset-all' : '--unset', scopeOf(query), nameWord(query.key, 'key'), ...value]
  const call = await callOf(ctx, query)
  const { retcode, stderr } = await runGit(ctx, ['config', ...words], { ...call, failhard: false })
  if (retcode === 0) return true
  throw new SaltError('COMMAND_FAILED', await unsetProblem(ctx, query, { retcode, stderr }))
}

/** Several values as an argument has them; undefined for none. */
export function severalOf(multivar: unknown): readonly string[] | undefined {
  if (multivar === undefined || multivar === null) return undefined
  return Array.isArray(multivar) ? multivar.map(pythonStr) : pythonStr(multivar).split(',')
}

async function unsetProblem(
  ctx: ExecContext,
  query: ConfigQuery & { readonly value_regex?: string | undefined },
  { retcode, stderr }: { readonly retcode: number; readonly stderr: string },
): Promise<string> {
  if (retcode === 1) return 'Section or key is invalid'
  if (retcode === 6) return 'The value_regex is invalid'
  if (retcode !== 5) {
    const said = stderr === '' ? '' : `; ${stderr}`
    return `Failed to unset key '${query.key}', git config returned exit code ${retcode}${said}`
  }
  if ((await configValues(ctx, query)) === undefined) return `Key '${query.key}' does not exist`
  const matches = query.value_regex === undefined ? '' : ' and value_regex matches multiple values'
  return `Multiple values exist for key '${query.key}'${matches}`
}

async function ask(ctx: ExecContext, words: readonly string[], query: ConfigQuery) {
  const call = await callOf(ctx, query)
  return runGit(ctx, ['config', scopeOf(query), ...words], { ...call, failhard: false, ignore_retcode: true })
}

function scopeOf({ global: ofUser }: ConfigQuery): string {
  return ofUser ? '--global' : '--local'
}

async function callOf(ctx: ExecContext, { cwd, global: ofUser, ...around }: ConfigQuery): Promise<GitCall> {
  if (cwd === undefined && !ofUser)
    throw new SaltError('ARGUMENTS_INVALID', "'cwd' argument required unless global=True")
  const { user, password, ignore_retcode, output_encoding } = around
  const path = cwd === undefined ? undefined : await pathOf(ctx, cwd, user)
  return { user, password, ignore_retcode, output_encoding, cwd: path }
}

// SPDX-License-Identifier: Apache-2.0
import {
  findWritten,
  isMap,
  isSaltError,
  isTruthy,
  type mapOf,
  pythonStr,
  textKeyed,
  valueAt,
  withoutKey,
} from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Low } from '../high/chunks.ts'
import { fillSlots } from './slots.ts'

/** What `onlyif`, `unless` and `creates` say: `skips` when the state is fine as it is. */
export interface Verdict {
  readonly skips: boolean
  readonly comment: readonly string[]
  readonly skipWatch: boolean
}

interface One {
  readonly skips: boolean
  readonly comment?: string
  readonly skipWatch?: boolean
}

/** Arguments of a state that its conditions run with too. */
const commandOptions = [
  'cwd',
  'root',
  'runas',
  'env',
  'prepend_path',
  'umask',
  'timeout',
  'success_retcodes',
  'shell',
] as const

/** Whether a state has conditions that the run checks. */
export function hasConditions(low: Low): boolean {
  return 'onlyif' in low || 'unless' in low || 'creates' in low
}

/** Checks the conditions of a state. */
export async function checkConditions(ctx: ExecContext, low: Low): Promise<Verdict> {
  const options = optionsOf(ctx, low)
  const verdicts: One[] = []
  if ('onlyif' in low) verdicts.push(await onlyIf(ctx, listOf(low['onlyif']), options))
  if ('unless' in low) verdicts.push(await unless(ctx, listOf(low['unless']), options))
  if ('creates' in low) verdicts.push(await creates(ctx, low['creates']))
  return {
    skips: verdicts.some(({ skips }) => skips),
    comment: verdicts.flatMap(({ comment }) => comment ?? []),
    skipWatch: verdicts.some(({ skipWatch }) => skipWatch === true),
  }
}

/** `check_cmd`: every command must succeed. */
export async function checkCommands(
  ctx: ExecContext,
  low: Low,
): Promise<{ result: boolean; comment: string }> {
  const options = 'shell' in ctx.grains ? { shell: ctx.grains['shell'] } : {}
  for (const command of listOf(low['check_cmd'])) {
    if ((await retcodeOf(ctx, command, options)) !== 0) {
      return { result: false, comment: 'check_cmd determined the state failed' }
    }
  }
  return { result: true, comment: 'check_cmd determined the state succeeded' }
}

type Options = Readonly<Record<string, unknown>>

const isTrue = { skips: false, comment: 'onlyif condition is true' }
const isFalse = { skips: true, comment: 'onlyif condition is false', skipWatch: true }

/** The state runs when every condition holds. */
async function onlyIf(ctx: ExecContext, entries: readonly unknown[], options: Options): Promise<One> {
  let verdict: One = { skips: false }
  for (const entry of entries) {
    if (typeof entry === 'string') {
      if ((await commandCode(ctx, { entry, options, failure: 100 })) !== 0) return isFalse
    } else if (isMap(entry)) {
      if (valueAt(entry, 'fun') === undefined) {
        return { skips: false, comment: `no \`fun\` argument in onlyif: ${pythonStr(entry)}` }
      }
      if (!(await functionHolds(ctx, entry))) return isFalse
    } else return { skips: false, comment: 'onlyif execution failed, bad type passed' }
    verdict = isTrue
  }
  return verdict
}

const holds = { skips: true, comment: 'unless condition is true', skipWatch: true }
const holdsNot = { skips: false, comment: 'unless condition is false' }

/** The state runs when one condition does not hold. */
async function unless(ctx: ExecContext, entries: readonly unknown[], options: Options): Promise<One> {
  let verdict: One = { skips: false }
  for (const entry of entries) {
    if (typeof entry === 'string') {
      if ((await commandCode(ctx, { entry, options, failure: 0 })) !== 0) return holdsNot
      verdict = holds
    } else if (isMap(entry)) {
      if (valueAt(entry, 'fun') === undefined) {
        return { skips: false, comment: `no \`fun\` argument in unless: ${pythonStr(entry)}` }
      }
      if (!(await functionHolds(ctx, entry))) return holdsNot
      verdict = holds
    } else verdict = { skips: false, comment: 'unless condition is false, bad type passed' }
  }
  return verdict
}

async function creates(ctx: ExecContext, paths: unknown): Promise<One> {
  const list = Array.isArray(paths) ? paths : [paths]
  for (const path of list) {
    if (typeof path !== 'string' || !(await ctx.fs.exists(path))) {
      return { skips: false, comment: 'Creates files not found' }
    }
  }
  const comment = Array.isArray(paths) ? 'All files in creates exist' : `${pythonStr(paths)} exists`
  return { skips: true, comment, skipWatch: true }
}

/** `{fun: file.file_exists, path: /etc/fstab, get_return: …}`: a function holds when it returns something true and does not fail. */
async function functionHolds(ctx: ExecContext, entry: ReturnType<typeof mapOf>): Promise<boolean> {
  const args = valueAt(entry, 'args')
  const path = valueAt(entry, 'get_return')
  const keywords = textKeyed(withoutKey(withoutKey(withoutKey(entry, 'fun'), 'args'), 'get_return'))
  const filled = await fillSlots(ctx, { args: Array.isArray(args) ? args : [], ...keywords })
  const { args: positional, ...named } = filled
  const { value, retcode } = await ctx.call.result(
    pythonStr(valueAt(entry, 'fun')),
    positional as unknown[],
    named,
  )
  if (retcode !== 0) return false
  return isTruthy(path === undefined ? value : (traversed(value, pythonStr(path)) ?? null))
}

function traversed(value: unknown, path: string): unknown {
  let inner = value
  for (const key of path.split(':')) {
    if (isMap(inner)) inner = findWritten(inner, key)?.value
    else if (Array.isArray(inner) && /^\d+$/.test(key)) inner = inner[Number(key)]
    else return undefined
  }
  return inner
}

interface Command {
  readonly entry: string
  readonly options: Options
  /** The code of a command that cannot be run at all. */
  readonly failure: number
}

async function commandCode(ctx: ExecContext, { entry, options, failure }: Command): Promise<number> {
  try {
    return await retcodeOf(ctx, entry, options)
  } catch (error) {
    if (isSaltError(error, 'COMMAND_FAILED')) return failure
    throw error
  }
}

async function retcodeOf(ctx: ExecContext, command: unknown, options: Options): Promise<number> {
  const keywords = { ignore_retcode: true, python_shell: true, ...options }
  return Number(await ctx.call('cmd.retcode', [pythonStr(command)], keywords))
}

function optionsOf(ctx: ExecContext, low: Low): Options {
  const excluded = listOf(low['cmd_opts_exclude'] ?? [])
  const given = commandOptions
    .filter((name) => low[name] !== undefined && low[name] !== null && !excluded.includes(name))
    .map((name) => [name, low[name]])
  const shell = 'shell' in low || !('shell' in ctx.grains) ? [] : [['shell', ctx.grains['shell']]]
  return Object.fromEntries([...shell, ...given])
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

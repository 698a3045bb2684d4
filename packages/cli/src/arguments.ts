// SPDX-License-Identifier: Apache-2.0
import type { TargetType } from '@halite/client'
import { exitCodes, SaltError } from '@halite/core'
import type { OptionValues } from './options/option.ts'
import type { saltTool } from './options/salt.ts'
import type { targetOptions } from './options/target-options.ts'
import { type WordOptions, wireArguments } from './words.ts'

/** A function call as it is published. In a compound call `fun` is a list and `arg` has one list for each function. */
export interface PublishedCall {
  readonly fun: string | readonly string[]
  readonly arg: readonly unknown[]
}

/** Whom a job is for, in Salt's words. */
export interface Target {
  readonly tgt: string | readonly string[]
  readonly tgtType: TargetType
}

/** What the words of `salt` ask for. */
export interface SaltCall extends Target, PublishedCall {}

/**
 * The words of `salt`: target, function, arguments. `--doc` turns them into a call of `sys.doc`, on all minions unless
 * a target is named. Throws `USAGE` with exit code 42 when target or function is missing, or when the arguments of a
 * compound call do not divide among its functions.
 */
export function saltCall(words: readonly string[], options: OptionValues<typeof saltTool.options>): SaltCall {
  const [target, fun, ...rest] = options.doc ? docWords(words) : words
  if (target === undefined) throw incomplete('Cannot execute command without defining a target.')
  if (fun === undefined) throw incomplete('Incomplete options passed.')
  return { ...targetOf(target, options), ...functionCall(fun, rest, options) }
}

type TargetOptions = OptionValues<typeof targetOptions>

/**
 * How a target is to be read. A list is split at commas, or at blanks when it has none.
 * Throws `USAGE` when several target options are given.
 */
export function targetOf(target: string, options: TargetOptions): Target {
  const selected = targetRows.filter(({ option }) => options[option])
  const [first] = selected
  if (selected.length > 1) {
    const names = selected.map(({ name }) => `--${name}`).join('/')
    throw new SaltError(
      'USAGE',
      `The options ${names} are mutually exclusive. Please only choose one of them`,
    )
  }
  if (first?.tgtType !== 'list') return { tgt: target, tgtType: first?.tgtType ?? 'glob' }
  const ids = target.includes(',') ? target.replaceAll(' ', '').split(',') : target.split(/\s+/)
  return { tgt: ids.filter((id) => id !== ''), tgtType: 'list' }
}

interface TargetRow {
  readonly option: keyof TargetOptions
  readonly name: string
  readonly tgtType: TargetType
}

const targetRows: readonly TargetRow[] = [
  { option: 'pcre', name: 'pcre', tgtType: 'pcre' },
  { option: 'list', name: 'list', tgtType: 'list' },
  { option: 'grain', name: 'grain', tgtType: 'grain' },
  { option: 'grainPcre', name: 'grain-pcre', tgtType: 'grain_pcre' },
  { option: 'nodegroup', name: 'nodegroup', tgtType: 'nodegroup' },
  { option: 'compound', name: 'compound', tgtType: 'compound' },
  { option: 'pillar', name: 'pillar', tgtType: 'pillar' },
  { option: 'pillarPcre', name: 'pillar-pcre', tgtType: 'pillar_pcre' },
  { option: 'ipcidr', name: 'ipcidr', tgtType: 'ipcidr' },
]

function docWords(words: readonly string[]): readonly string[] {
  const [target = '*', ...rest] = words
  const functions = rest[0] === 'sys.doc' ? rest.slice(1) : rest
  if (functions.length > 1) {
    throw new SaltError('USAGE', 'You can only get documentation for one method at one time.')
  }
  return [target, 'sys.doc', ...functions]
}

export interface CallOptions extends WordOptions {
  /** What separates the arguments of the functions of a compound call; `,` unless given. */
  readonly argsSeparator?: string
}

/**
 * A function and the words behind it. `a.b,c.d x , y` is one job of two functions; the separator may be a word of its
 * own, or, when those are too few, stand inside the words. Throws `USAGE` with exit code 42 when the groups of
 * arguments are not as many as the functions.
 */
export function functionCall(
  fun: string,
  words: readonly string[],
  options: CallOptions = {},
): PublishedCall {
  if (!fun.includes(',')) return { fun, arg: wireArguments(words, options) }
  const functions = fun.split(',')
  const groups = argumentGroups(words, options.argsSeparator ?? ',', functions.length)
  return { fun: functions, arg: groups.map((group) => wireArguments(group, options)) }
}

function argumentGroups(words: readonly string[], separator: string, count: number): readonly string[][] {
  const standsAlone = words.filter((word) => word === separator).length === count - 1
  const groups = divide(words, (word) => {
    if (standsAlone) return word === separator ? ['', ''] : [word]
    return word.split(separator)
  })
  if (groups.length === count) return groups
  throw incomplete(
    groups.length < count
      ? 'Cannot execute compound command without defining all arguments.'
      : 'Cannot execute compound command with more arguments than commands.',
  )
}

/** Begins a new group between any two parts of a word; empty parts are dropped, empty words are arguments. */
function divide(words: readonly string[], parts: (word: string) => readonly string[]): readonly string[][] {
  const groups: string[][] = [[]]
  for (const word of words) {
    for (const [index, part] of parts(word).entries()) {
      if (index > 0) groups.push([])
      if (part !== '' || word === '') groups.at(-1)?.push(part)
    }
  }
  return groups
}

function incomplete(message: string): SaltError {
  return new SaltError('USAGE', message, { exitCode: exitCodes.incomplete })
}

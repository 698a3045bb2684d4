// SPDX-License-Identifier: Apache-2.0
import { type SaltError, show } from '@halite/core'
import { parseCompound } from './compound.ts'
import { matchers, type TermType } from './matchers/index.ts'
import { listOf } from './matchers/list.ts'
import { targetProblem, wholeOf } from './problem.ts'
import {
  isTargetType,
  type Nodegroups,
  type Target,
  type TargetExpression,
  type Test,
  targetTypes,
} from './types.ts'
import { expandWords, wordsOf } from './words.ts'

/**
 * Compiles a target expression, once for any number of minions. Pure and quick: its time, and that of each match, is
 * bounded for every input. Throws `TARGET_INVALID`; message and hint point at the word that is wrong.
 */
export function compileTarget(target: TargetExpression): Target {
  const { tgt, tgtType, nodegroups, exactPillar } = target
  if (!isTargetType(tgtType)) throw targetProblem(wholeOf(textOf(tgt)), unknownType(tgtType))
  if (tgtType === 'nodegroup') return compileWords([`N@${textOf(tgt)}`], { nodegroups, exactPillar })
  if (tgtType === 'compound') return compileWords(tgt, { nodegroups, exactPillar })
  const isExact = exactPillar && (tgtType === 'pillar' || tgtType === 'pillar_pcre')
  return targetOf(compileSingle(isExact ? 'pillar_exact' : tgtType, target))
}

/**
 * The words of a compound expression (or, for `N@name` alone, of a nodegroup) with every nodegroup replaced by what
 * it stands for, so that a minion that does not know them can decide. Throws `TARGET_INVALID`.
 */
export function expandNodegroups(tgt: string | readonly string[], nodegroups: Nodegroups): string[] {
  return expandWords(wordsOf(tgt), nodegroups).map(({ text }) => text)
}

type WordOptions = Pick<TargetExpression, 'nodegroups' | 'exactPillar'>

function compileWords(
  tgt: string | readonly string[],
  { nodegroups = {}, exactPillar }: WordOptions,
): Target {
  const { test, dropped } = parseCompound(expandWords(wordsOf(tgt), nodegroups), { exactPillar })
  return targetOf(test, dropped)
}

function compileSingle(tgtType: TermType, { tgt, delimiter = ':' }: TargetExpression): Test {
  if (typeof tgt !== 'string') {
    if (tgtType === 'list') return listOf(tgt)
    throw targetProblem(wholeOf(textOf(tgt)), `a target of type ${tgtType} is one text, not a list`)
  }
  const place = wholeOf(tgt)
  if (delimiter === '') throw targetProblem(place, 'the delimiter is empty')
  return matchers[tgtType].compile({ pattern: tgt, delimiter, place })
}

function targetOf(test: Test, dropped: readonly SaltError[] = []): Target {
  return {
    needs: test.needs,
    listedIds: test.listedIds,
    warnings: dropped.map(({ message }) => message),
    evaluate: (facts, budget) => test.evaluate(facts, budget),
    matches: (facts) => test.evaluate(facts) === 'yes',
  }
}

function unknownType(tgtType: unknown): string {
  return `the target type ${show(tgtType)} is not one of ${targetTypes.join(', ')}`
}

function textOf(tgt: string | readonly string[]): string {
  return typeof tgt === 'string' ? tgt : tgt.join(' ')
}

// SPDX-License-Identifier: Apache-2.0
import { type CompileValue, compileDataMatch, maxSegments } from '../data-match.ts'
import { compileCountedGlob } from '../fnmatch.ts'
import { type Place, targetProblem } from '../problem.ts'
import type { Test } from '../types.ts'
import { decided } from '../verdict.ts'
import type { Matcher, Term } from './matcher.ts'
import { regularExpression } from './pcre.ts'

/** `key:value` on the grains; the value is a shell pattern, case does not matter. */
export const grain = dataMatcher('G', 'grains', () => compileCountedGlob)
/** `key:value` on the grains; the value is a regular expression, lower-cased as its subject is. */
export const grainPcre = dataMatcher('P', 'grains', regularExpressionAt)
/** As `grain`, on the pillar. */
export const pillar = dataMatcher('I', 'pillar', () => compileCountedGlob)
/** As `grainPcre`, on the pillar. */
export const pillarPcre = dataMatcher('J', 'pillar', regularExpressionAt)
/** As `pillar`, without wildcards: for callers that must not be able to search for values. It has no letter. */
export const pillarExact = dataMatcher(undefined, 'pillar', () => equalTo)

function dataMatcher(
  letter: string | undefined,
  reads: 'grains' | 'pillar',
  valueAt: (place: Place) => CompileValue,
): Matcher {
  return {
    ...(letter !== undefined && { letter }),
    delimited: true,
    whenUnreadable: 'drop',
    compile(term) {
      checkSegments(term)
      return dataTest(reads, compileDataMatch(term.pattern, term.delimiter, valueAt(term.place)))
    },
  }
}

function checkSegments({ pattern, delimiter, place }: Term): void {
  const segments = pattern.split(delimiter).length
  if (segments < 2) throw targetProblem(place, `needs a key and a value with ${delimiter} between them`)
  if (segments > maxSegments) throw targetProblem(place, `has more than ${maxSegments} parts`)
}

function dataTest(reads: 'grains' | 'pillar', matches: ReturnType<typeof compileDataMatch>): Test {
  return {
    needs: { grains: reads === 'grains', pillar: reads === 'pillar' },
    listedIds: [],
    evaluate(facts, budget) {
      const data = facts[reads]
      if (data === undefined) return facts.tooLarge ? 'maybe' : 'unknown'
      return decided(() => matches(data, budget))
    },
  }
}

function regularExpressionAt(place: Place): CompileValue {
  return (pattern) => {
    const matches = regularExpression(pattern, place)
    return (text, budget) => {
      budget?.spend(text.length * pattern.length)
      return matches(text)
    }
  }
}

function equalTo(pattern: string): (text: string) => boolean {
  return (text) => text === pattern
}

// SPDX-License-Identifier: Apache-2.0
import type { TargetType } from '../types.ts'
import { grain, grainPcre, pillar, pillarExact, pillarPcre } from './data.ts'
import { glob } from './glob.ts'
import { ipcidr } from './ipcidr.ts'
import { list } from './list.ts'
import type { Matcher } from './matcher.ts'
import { pcre } from './pcre.ts'

/** The types that are one term; the other two are made of terms. */
export type TermType = Exclude<TargetType, 'compound' | 'nodegroup'>

/** Every matcher by its `tgt_type`; a new one needs its row here and nothing else. */
export const matchers: Readonly<Record<TermType, Matcher>> = {
  glob,
  pcre,
  list,
  grain,
  grain_pcre: grainPcre,
  pillar,
  pillar_pcre: pillarPcre,
  pillar_exact: pillarExact,
  ipcidr,
}

/** The matchers that compound expressions know by a letter. */
export const matcherByLetter: ReadonlyMap<string, Matcher> = new Map(
  Object.values(matchers).flatMap((matcher) =>
    matcher.letter === undefined ? [] : [[matcher.letter, matcher]],
  ),
)

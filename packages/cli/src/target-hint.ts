// SPDX-License-Identifier: Apache-2.0
import type { SaltCall } from './arguments.ts'

/**
 * What a glob that matched nobody may have been meant as: a list, a compound expression, a grain. Undefined when it looks
 * like a glob.
 */
export function targetHint({ tgt, tgtType }: Pick<SaltCall, 'tgt' | 'tgtType'>): string | undefined {
  if (tgtType !== 'glob' || typeof tgt !== 'string') return undefined
  if (isCompound(tgt)) return `'${tgt}' was read as a glob; -C makes it a compound expression.`
  if (tgt.includes(',')) return `'${tgt}' was read as one glob; -L makes it a list of ids.`
  if (tgt.includes(':')) return `'${tgt}' was read as a glob of ids; -G makes it a grain, -I a pillar value.`
  return undefined
}

/** A matcher with its letter, or words between two parts. */
function isCompound(tgt: string): boolean {
  return /(^|[\s(])[A-Z]@/.test(tgt) || /\s(and|or|not)\s/.test(tgt) || /^not\s/.test(tgt)
}

// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import { compilePattern, compileTarget, fnmatch, type TargetExpression, targetTypes } from '@halite/targeting'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { milliseconds, thrownBy } from './select.ts'

const longId = 'a'.repeat(255)
/** What takes milliseconds here may take longer on a busy machine; what is exponential takes for ever. */
const limitMs = 2000

describe('expressions that mean harm', () => {
  const nested = (depth: number, times: string) => `${'('.repeat(depth)}a${`)${times}`.repeat(depth)}`

  it.each([
    '(a+)+b',
    '(a+)+(?!x)$',
    '(a+)+(?!x)b',
    '(a|aa)+(?!x)b',
    '(a|a?)+(?!x)b',
    '(.*)*(?=b)',
    '((?!.*b).)*b',
    `${nested(90, '*')}(?!x)b`,
    `${nested(90, '{0,9999}')}(?!x)b`,
    '((a{1000}){1000}){1000}',
    '(?!.*(?!.*(?!.*(?!.*x))))',
    `(?<!${'.*a'.repeat(100)})b`,
    `${'.*'.repeat(5000)}(?!x)b`,
    `${'(?!x)a|'.repeat(2000)}b`,
    '('.repeat(16_000),
    '['.repeat(16_000),
  ])('%# never takes long: matches, fails or gives up', (pattern) => {
    expect(milliseconds(() => refusedOr(() => compilePattern(pattern)(longId)))).toBeLessThan(limitMs)
  })

  it('gives up with an error that says why', () => {
    const error = thrownBy(() => compilePattern(`${nested(90, '*')}(?!x)b`)(longId))
    expect(error).toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringContaining('too many steps'),
    })
  })

  it('stars do not multiply', () => {
    const text = 'a'.repeat(20_000)
    expect(milliseconds(() => fnmatch(text, `${'*a'.repeat(200)}*b`))).toBeLessThan(limitMs)
  })

  it.each(['*:', 'a:', '*:a:'])('long paths of %s end', (step) => {
    const tree = (depth: number): unknown =>
      depth === 0 ? 'v' : { a: tree(depth - 1), b: tree(depth - 1), l: [{ a: 1 }] }
    const tgt = `${step.repeat(62 / (step.length / 2))}z`
    const target = compileTarget({ tgt, tgtType: 'grain' })
    const grains = tree(7) as Record<string, unknown>
    expect(milliseconds(() => expect(target.matches({ id: 'm1', grains })).toBe(false))).toBeLessThan(limitMs)
  })

  it.each([
    { tgt: '( '.repeat(50_000), tgtType: 'compound' },
    { tgt: 'not '.repeat(50_000), tgtType: 'compound' },
    { tgt: 'a or '.repeat(50_000), tgtType: 'compound' },
    { tgt: 'g40', tgtType: 'nodegroup', nodegroups: doubling(40) },
  ] as const)('%# is refused soon', (target) => {
    expect(
      milliseconds(() =>
        expect(thrownBy(() => compileTarget(target))).toMatchObject({ code: 'TARGET_INVALID' }),
      ),
    ).toBeLessThan(limitMs)
  })

  it('10,000 minions take milliseconds', () => {
    const minions = Array.from({ length: 10_000 }, (_, index) => ({ id: `web${index}.example.com` }))
    const list = minions.map(({ id }) => id).join(',')
    for (const target of [
      { tgt: 'web*7.example.com', tgtType: 'glob' } as const,
      { tgt: list, tgtType: 'list' } as const,
    ]) {
      const { matches } = compileTarget(target)
      expect(milliseconds(() => minions.filter(matches))).toBeLessThan(500)
    }
  })
})

describe('any text at all', () => {
  const piece = fc.constantFrom(
    'and',
    'or',
    'not',
    '(',
    ')',
    'N@g',
    'G@a:b',
    'E@a(?!b)',
    'S@10.0.0.0/8',
    'G|@a|b',
    'X@y',
    'web*',
    '[',
  )
  const words = fc.array(fc.oneof({ weight: 4, arbitrary: piece }, fc.string()), { maxLength: 30 })
  const facts = { id: 'web1', grains: { a: 'b' }, pillar: {} }
  const nodegroups = { g: 'web1 or N@h', h: 'not N@g' }

  it('gives a compound target or TARGET_INVALID', () => {
    fc.assert(
      fc.property(words, (tgt) => {
        refusedOr(() => compileTarget({ tgt: tgt.join(' '), tgtType: 'compound', nodegroups }).matches(facts))
      }),
      { numRuns: 2000 },
    )
  })

  it('gives a target of any type or TARGET_INVALID', () => {
    fc.assert(
      fc.property(fc.constantFrom(...targetTypes), fc.string({ unit: 'binary' }), (tgtType, tgt) => {
        refusedOr(() => compileTarget({ tgt, tgtType }).matches(facts))
      }),
      { numRuns: 2000 },
    )
  })

  it('gives a pattern or TARGET_INVALID', () => {
    const token = fc.constantFrom(
      ...'ab.*+?|()[]{}^$\\-,12'.split(''),
      '(?!',
      '(?<=',
      '(?i:',
      '\\w',
      '[^',
      '{2,}',
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 20 }), fc.string(), (tokens, text) => {
        refusedOr(() => compilePattern(tokens.join(''))(text))
      }),
      { numRuns: 5000 },
    )
  })

  it('means the same as the expression it is built from', () => {
    const tree = fc.letrec<{ node: Expression }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.boolean().map((value): Expression => ({ text: value ? '*' : 'nobody', value })),
        fc
          .tuple(tie('node'), tie('node'))
          .map(([a, b]) => ({ text: `( ${a.text} and ${b.text} )`, value: a.value && b.value })),
        fc
          .tuple(tie('node'), tie('node'))
          .map(([a, b]) => ({ text: `( ${a.text} or ${b.text} )`, value: a.value || b.value })),
        fc
          .tuple(tie('node'), tie('node'))
          .map(([a, b]) => ({ text: `( ${a.text} not ${b.text} )`, value: a.value && !b.value })),
        tie('node').map((a) => ({ text: `( not ${a.text} )`, value: !a.value })),
      ),
    })).node
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        expect(
          compileTarget({ tgt: text, tgtType: 'compound' } satisfies TargetExpression).matches(facts),
        ).toBe(value)
      }),
      { numRuns: 1000 },
    )
  })
})

interface Expression {
  readonly text: string
  readonly value: boolean
}

/** Runs `action`; only TARGET_INVALID may come out of it. */
function refusedOr(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    if (!isSaltError(error, 'TARGET_INVALID')) throw error
  }
}

/** Nodegroups each of which names the one before twice. */
function doubling(levels: number): Record<string, string> {
  const groups = Array.from({ length: levels }, (_, level) => [`g${level + 1}`, `N@g${level} or N@g${level}`])
  return { g0: 'web1', ...Object.fromEntries(groups) }
}

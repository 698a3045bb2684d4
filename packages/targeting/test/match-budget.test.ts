// SPDX-License-Identifier: Apache-2.0
import { setInterval as ticks } from 'node:timers/promises'
import { compileTarget, MatchBudget, selectMinions, type TargetExpression } from '@halite/targeting'
import { describe, expect, it } from 'vitest'
import { milliseconds } from './select.ts'

/** What takes milliseconds here may take longer on a busy machine. */
const limitMs = 1000

function verdict(expression: TargetExpression, facts: { grains?: object; pillar?: object }, id = 'evil') {
  const budget = new MatchBudget()
  budget.nextMinion()
  const data = facts as { grains?: Record<string, unknown>; pillar?: Record<string, unknown> }
  return compileTarget(expression).evaluate({ id, ...data }, budget)
}

const long = 'a'.repeat(1_000_000)
const many = Array.from({ length: 10_000 }, (_, index) => `${'a'.repeat(90)}${index}`)
const deep = Array.from({ length: 40 }).reduce((inner) => ({ a: inner, b: [inner] }), {}) as object

describe('data that one minion made costly', () => {
  it.each<[TargetExpression, object]>([
    [{ tgt: 'os:(?!x).*(?<=q)z', tgtType: 'grain_pcre' }, { grains: { os: long } }],
    [{ tgt: 'os:(?!x).*(?<=q)z', tgtType: 'grain_pcre' }, { grains: { os: 'a'.repeat(60_000) } }],
    [{ tgt: 'os:.*(?=buntu).*', tgtType: 'grain_pcre' }, { grains: { os: many } }],
    [{ tgt: 'os:(a|b)*c$', tgtType: 'grain_pcre' }, { grains: { os: long } }],
    [{ tgt: `os:${'(a?){30}'.repeat(50)}x`, tgtType: 'grain_pcre' }, { grains: { os: many } }],
    [{ tgt: `os:*${'a'.repeat(200)}b`, tgtType: 'grain' }, { grains: { os: 'a'.repeat(60_000) } }],
    [{ tgt: `os:${'*a'.repeat(200)}b`, tgtType: 'grain' }, { grains: { os: long } }],
    [{ tgt: 'os:x*', tgtType: 'grain' }, { grains: { os: [many, many] } }],
    [{ tgt: 'role:(?!x).*(?<=q)z', tgtType: 'pillar_pcre' }, { pillar: { role: long } }],
    [{ tgt: 'role:*x', tgtType: 'pillar' }, { pillar: { role: long } }],
    [{ tgt: 'G@os:*x or P@os:.*(?=q)', tgtType: 'compound' }, { grains: { os: long } }],
    [{ tgt: `${'G@os:*x or '.repeat(4000)}G@os:y`, tgtType: 'compound' }, { grains: { os: many } }],
    [
      { tgt: 'g', tgtType: 'nodegroup', nodegroups: { g: 'J@a:b or G@os:*x' } },
      { grains: { os: long }, pillar: {} },
    ],
  ])('%# is left to that minion, soon', (expression, facts) => {
    expect(milliseconds(() => expect(verdict(expression, facts)).toBe('maybe'))).toBeLessThan(limitMs)
  })

  it('is not looked at where other terms decide', () => {
    const facts = { grains: { os: long } }
    expect(verdict({ tgt: 'G@os:*x and web1', tgtType: 'compound' }, facts)).toBe('no')
    expect(verdict({ tgt: 'web1 and not G@os:*x', tgtType: 'compound' }, facts)).toBe('no')
    expect(verdict({ tgt: 'not G@os:*x', tgtType: 'compound' }, facts)).toBe('maybe')
    expect(verdict({ tgt: 'G@os:*x or evil', tgtType: 'compound' }, facts)).toBe('yes')
    expect(verdict({ tgt: 'os:Debian', tgtType: 'grain' }, { grains: { os: 'Debian', x: long } })).toBe('yes')
  })

  it.each(['*:', 'a:', '*:a:', 'a:b:'])('nested below itself ends: %s', (step) => {
    const tgt = `${step.repeat(62 / (step.length / 2))}z`
    expect(milliseconds(() => verdict({ tgt, tgtType: 'grain' }, { grains: deep }))).toBeLessThan(limitMs)
  })

  it('an id that an expression takes too long for is left to its minion', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a${')*'.repeat(depth)}`
    expect(verdict({ tgt: `${nested(90)}(?!x)b`, tgtType: 'pcre' }, {}, 'a'.repeat(255))).toBe('maybe')
    expect(verdict({ tgt: `${nested(90)}(?!x)b or web1`, tgtType: 'compound' }, {}, 'web1')).toBe('yes')
  })
})

describe('whom a target is for', () => {
  const facts = {
    web: { grains: { role: 'web' }, pillar: { a: 'b' } },
    db: { grains: { role: 'db' }, pillar: {} },
    new1: {},
    huge: { tooLarge: true, pillar: {} },
  } as const
  const ids = Object.keys(facts) as (keyof typeof facts)[]

  it.each([
    ['G@role:web', ['web', 'huge'], ['new1']],
    ['not G@role:web', ['db', 'huge'], ['new1']],
    ['G@role:web and new1', [], ['new1']],
    ['G@role:web and not new1', ['web', 'huge'], []],
    ['G@role:web or new1', ['web', 'new1', 'huge'], []],
    ['I@a:b', ['web'], ['new1']],
    ['I@a:b or G@role:web', ['web', 'huge'], ['new1']],
    ['S@10.0.0.1', ['huge'], ['new1']],
    ['*', ['web', 'db', 'new1', 'huge'], []],
  ])('%s: %j, and of %j nobody can say', async (tgt, selected, unknown) => {
    const target = compileTarget({ tgt, tgtType: 'compound' })
    expect(await selectMinions(target, ids, (id) => ({ id, ...facts[id] }))).toEqual({ selected, unknown })
  })
})

describe('selecting among many', () => {
  const ids = Array.from({ length: 5000 }, (_, index) => `web${index}`)

  /** The longest time for which the loop did nothing else. */
  async function longestHold(work: () => Promise<unknown>): Promise<number> {
    const done = work().then(() => true)
    let longest = 0
    let lastMs = performance.now()
    for await (const _ of ticks(1)) {
      longest = Math.max(longest, performance.now() - lastMs)
      if (await Promise.race([done, Promise.resolve(false)])) return longest
      lastMs = performance.now()
    }
    return longest
  }

  it('thousands of alternatives for thousands of minions do not hold the loop', async () => {
    const tgt = Array.from({ length: 4000 }, (_, index) => `web${index * 7}*x`).join(' or ')
    const target = compileTarget({ tgt, tgtType: 'compound' })
    let selected: readonly string[] = ['none yet']
    const hold = await longestHold(async () => {
      selected = (await selectMinions(target, ids, (id) => ({ id }))).selected
    })
    expect(selected).toEqual([])
    expect(hold).toBeLessThan(500)
  })

  it('a hundred minions with costly data change nothing for the others', async () => {
    const target = compileTarget({ tgt: 'os:(?!x).*(?<=n)$', tgtType: 'grain_pcre' })
    const isEvil = (id: string) => id.endsWith('00')
    const evil = { os: Array.from({ length: 10 }, () => 'a'.repeat(60_000)) }
    const factsOf = (id: string) => ({
      id,
      grains: isEvil(id) ? evil : { os: id === 'web7' ? 'Debian' : 'SUSE' },
    })
    let selected: readonly string[] = []
    const hold = await longestHold(async () => {
      selected = (await selectMinions(target, ids, factsOf)).selected
    })
    expect(selected).toEqual(ids.filter((id) => isEvil(id) || id === 'web7'))
    expect(hold).toBeLessThan(1500)
  })
})

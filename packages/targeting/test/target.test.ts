// SPDX-License-Identifier: Apache-2.0
import { compileTarget, isTargetType, type TargetExpression, targetTypes } from '@halite/targeting'
import { describe, expect, it } from 'vitest'
import { selected, thrownBy } from './select.ts'

const ids = ['web1', 'web2', 'WEB1', 'a,b c', 'web1,web2'].map((id) => ({ id }))

describe('targets on the id', () => {
  it.each([
    ['glob', 'web*', ['web1', 'web2', 'web1,web2']],
    ['glob', '*', ['web1', 'web2', 'WEB1', 'a,b c', 'web1,web2']],
    ['glob', 'web1 ', []],
    ['glob', '', []],
    ['pcre', 'web', ['web1', 'web2', 'web1,web2']],
    ['pcre', 'web1$', ['web1']],
    ['pcre', '', ['web1', 'web2', 'WEB1', 'a,b c', 'web1,web2']],
    ['list', 'web1', ['web1']],
    ['list', 'web1,web2', ['web1', 'web2', 'web1,web2']],
    ['list', 'web1, web2', ['web1']],
    ['list', ',web1,,', ['web1']],
    ['list', 'a,b c', ['a,b c']],
    ['list', '', []],
    ['list', ['a,b c', 'WEB1'], ['WEB1', 'a,b c']],
    ['list', [], []],
  ] as const)('%s %j selects %j', (tgtType, tgt, wanted) => {
    expect(selected({ tgt, tgtType }, ids)).toEqual(wanted)
  })
})

describe('what a master learns from a target', () => {
  it.each([
    ['glob', 'web1', ['web1']],
    ['glob', 'web*', []],
    ['pcre', 'web1', []],
    ['list', 'web1,db1,web1', ['web1', 'db1']],
    ['compound', 'L@web1,db1 or G@os:x or db2 and not L@db3', ['web1', 'db1', 'db2']],
    ['grain', 'os:Debian', []],
  ] as const)('the ids listed by %s %j', (tgtType, tgt, wanted) => {
    expect(compileTarget({ tgt, tgtType }).listedIds).toEqual(wanted)
  })

  it.each([
    ['glob', '*', false, false],
    ['grain', 'a:b', true, false],
    ['pillar', 'a:b', false, true],
    ['compound', 'web* or I@a:b and S@10.0.0.1', true, true],
    ['compound', 'web* or not E@x', false, false],
  ] as const)('the facts that %s %j needs', (tgtType, tgt, grains, pillar) => {
    expect(compileTarget({ tgt, tgtType }).needs).toEqual({ grains, pillar })
  })

  it.each([
    ['web* and G@a:b', 'unknown'],
    ['db* and G@a:b', 'no'],
    ['web* or G@a:b', 'yes'],
    ['db* or G@a:b', 'unknown'],
    ['not G@a:b', 'unknown'],
    ['not ( web* or G@a:b )', 'no'],
    ['I@a:b', 'yes'],
    ['I@a:b and G@a:b', 'unknown'],
  ])('%s without grains: %s', (tgt, verdict) => {
    const target = compileTarget({ tgt, tgtType: 'compound' })
    const facts = { id: 'web1', pillar: { a: 'b' } }
    expect(target.evaluate(facts)).toBe(verdict)
    expect(target.matches(facts)).toBe(verdict === 'yes')
  })

  it('tells unknown facts from empty ones', () => {
    const target = compileTarget({ tgt: 'a:b', tgtType: 'grain' })
    expect(target.evaluate({ id: 'm1', grains: {} })).toBe('no')
    expect(target.evaluate({ id: 'm1', grains: undefined })).toBe('unknown')
  })
})

describe('the arguments of compileTarget', () => {
  it('takes another delimiter for grain and pillar', () => {
    const minion = [{ id: 'm1', grains: { 'a:b': { c: 'd:e' } } }]
    const target = { tgt: 'a:b|c|d:e', tgtType: 'grain', delimiter: '|' } as const
    expect(selected(target, minion)).toEqual(['m1'])
    expect(selected({ ...target, tgt: '*|c|d:e' }, minion)).toEqual(['m1'])
    expect(selected({ ...target, tgt: 'a:b::c::d:e', delimiter: '::' }, minion)).toEqual(['m1'])
  })

  it('knows its types', () => {
    expect(targetTypes.every(isTargetType)).toBe(true)
    expect([undefined, 5, 'range', 'toString'].some(isTargetType)).toBe(false)
  })

  it.each([
    [{ tgt: 'x', tgtType: 'range' }, 'the target type "range" is not one of glob, pcre'],
    [{ tgt: ['a'], tgtType: 'glob' }, 'one text, not a list'],
    [{ tgt: 'a:b', tgtType: 'grain', delimiter: '' }, 'the delimiter is empty'],
  ])('refuses %j', (target, reason) => {
    expect(thrownBy(() => compileTarget(target as TargetExpression))).toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringContaining(reason),
    })
  })
})

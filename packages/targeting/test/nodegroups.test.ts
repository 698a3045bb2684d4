// SPDX-License-Identifier: Apache-2.0
import { compileTarget, expandNodegroups, type MinionFacts } from '@halite/targeting'
import { describe, expect, it } from 'vitest'
import { selected, thrownBy } from './select.ts'

const minions: MinionFacts[] = ['web1', 'web2', 'db1', 'edge1'].map((id) => ({ id }))

const nodegroups = {
  list: 'L@web1,db1',
  plain: 'web1 db1',
  items: ['web1', 'or', 'db1'],
  names: ['web1', 'edge1'],
  pattern: 'web[12]',
  either: 'web1 or db1',
  nested: 'N@list or edge1',
  deep: 'N@nested and not web1',
  loop: 'web1 or N@back',
  back: ['N@loop'],
  expressions: ['N@list', 'and', 'not db1 or edge1'],
  oneItem: ['N@nested and not web1'],
  blanks: ['G@os:Red Hat', 'or', 'web2'],
  empty: '',
  broken: 'web1 or',
}

const select = (tgt: string) => selected({ tgt, tgtType: 'compound', nodegroups }, minions)

describe('nodegroups', () => {
  it.each([
    ['N@list', ['web1', 'db1']],
    ['N@plain', ['web1', 'db1']],
    ['N@items', ['web1', 'db1']],
    ['N@names', ['web1', 'edge1']],
    ['N@pattern', ['web1', 'web2']],
    ['N@nested', ['web1', 'db1', 'edge1']],
    ['N@deep', ['db1', 'edge1']],
    ['N@expressions', ['web1', 'edge1']],
    ['N@oneItem', ['db1', 'edge1']],
    ['not N@oneItem', ['web1', 'web2']],
    ['not N@list', ['web2', 'edge1']],
    ['not N@either', ['web2', 'edge1']],
    ['N@either and db*', ['db1']],
    ['N@list and not N@names', ['db1']],
  ])('%s', (tgt, wanted) => {
    expect(select(tgt)).toEqual(wanted)
  })

  it('keep blanks of an item that holds no operator', () => {
    const facts = [
      { id: 'a', grains: { os: 'Red Hat' } },
      { id: 'web2', grains: {} },
    ]
    expect(selected({ tgt: 'blanks', tgtType: 'nodegroup', nodegroups }, facts)).toEqual(['a', 'web2'])
  })

  it('are a target type of their own', () => {
    expect(selected({ tgt: 'deep', tgtType: 'nodegroup', nodegroups }, minions)).toEqual(['db1', 'edge1'])
    expect(compileTarget({ tgt: 'list', tgtType: 'nodegroup', nodegroups }).listedIds).toEqual([
      'web1',
      'db1',
    ])
  })

  it.each([
    ['N@loop', 'a nodegroup contains itself: loop → back → loop'],
    ['web1 or N@absent', 'there is no nodegroup "absent"; there are list, plain'],
    ['N@toString', 'there is no nodegroup "toString"'],
    ['N@empty', 'the parentheses are empty'],
    ['N@broken', 'a term is missing before it'],
  ])('refuses %s', (tgt, reason) => {
    expect(thrownBy(() => select(tgt))).toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringContaining(reason),
    })
  })

  it('says when none is configured, or one is neither text nor list', () => {
    const none = thrownBy(() => compileTarget({ tgt: 'x', tgtType: 'nodegroup' }))
    expect(none).toMatchObject({ message: expect.stringContaining('none is configured') })
    const wrong = JSON.parse('{ "x": 5 }')
    const error = thrownBy(() => compileTarget({ tgt: 'x', tgtType: 'nodegroup', nodegroups: wrong }))
    expect(error).toMatchObject({ message: expect.stringContaining('neither text nor a list') })
  })

  it('points into the definition', () => {
    const error = thrownBy(() =>
      compileTarget({ tgt: 'g', tgtType: 'nodegroup', nodegroups: { g: 'web1 and E@(' } }),
    )
    expect(error).toMatchObject({
      message: expect.stringContaining('"E@(" in the target of nodegroup "g" (column 10)'),
      hint: 'web1 and E@(\n         ^^^',
    })
  })

  it('expand to words that need no nodegroups', () => {
    const words = expandNodegroups('edge* or N@deep', nodegroups)
    expect(words.join(' ')).toBe('edge* or ( ( ( L@web1,db1 ) or edge1 ) and not web1 )')
    expect(selected({ tgt: words, tgtType: 'compound' }, minions)).toEqual(['db1', 'edge1'])
  })
})

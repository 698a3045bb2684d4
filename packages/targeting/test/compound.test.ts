// SPDX-License-Identifier: Apache-2.0
import { compileTarget, type MinionFacts } from '@halite/targeting'
import { describe, expect, it } from 'vitest'
import { selected, thrownBy } from './select.ts'

const minions: MinionFacts[] = [
  {
    id: 'web1',
    grains: { os: 'Debian', ipv4: ['10.0.0.1'], n: { a: 'b' }, 'c:d': 'e' },
    pillar: { env: 'prod' },
  },
  { id: 'web2', grains: { os: 'Ubuntu', ipv4: ['10.0.0.2'] }, pillar: { env: 'test' } },
  { id: 'db1', grains: { os: 'Debian', ipv4: ['192.0.2.1'] }, pillar: { env: 'prod' } },
  { id: 'Al@host', grains: {}, pillar: {} },
]

const select = (tgt: string | readonly string[]) => selected({ tgt, tgtType: 'compound' }, minions)
const problem = (tgt: string | readonly string[]) =>
  thrownBy(() => compileTarget({ tgt, tgtType: 'compound' }))

describe('compound targets', () => {
  it.each([
    ['web*', ['web1', 'web2']],
    ['web1 or db1', ['web1', 'db1']],
    ['web* and G@os:Debian', ['web1']],
    ['web* or db* and G@os:Debian', ['web1', 'web2', 'db1']],
    ['( web* or db* ) and G@os:Debian', ['web1', 'db1']],
    ['not web*', ['db1', 'Al@host']],
    ['web* not web1', ['web2']],
    ['web* or db1 not web1', ['web1', 'web2', 'db1']],
    ['web* and not web1', ['web2']],
    ['not ( web* or db* )', ['Al@host']],
    ['( not web* )', ['db1', 'Al@host']],
    ['( ( web1 ) )', ['web1']],
    ['  web1\t or\n db1 ', ['web1', 'db1']],
    ['E@web\\d$ and not E@.*1', ['web2']],
    ['L@web1,db1', ['web1', 'db1']],
    ['P@os:(Deb|Ub) and web*', ['web1', 'web2']],
    ['I@env:prod', ['web1', 'db1']],
    ['J@env:pr.d', ['web1', 'db1']],
    ['S@10.0.0.0/8', ['web1', 'web2']],
    ['G|@n|a|b', ['web1']],
    ['G|@c:d|e', ['web1']],
    ['G@@os@Debian', ['web1', 'db1']],
    ['P/@os/Deb', ['web1', 'db1']],
    ['Al@host', ['Al@host']],
    ['and* or web1', ['web1']],
  ])('%s', (tgt, wanted) => {
    expect(select(tgt)).toEqual(wanted)
  })

  it('takes words one by one, blanks and all', () => {
    expect(select(['web1', 'or', 'G@os:Ubuntu'])).toEqual(['web1', 'web2'])
    expect(selected({ tgt: ['a b', 'or', 'c'], tgtType: 'compound' }, [{ id: 'a b' }])).toEqual(['a b'])
  })

  it.each([
    ['', 1, 'a term is missing'],
    ['   ', 1, 'a term is missing'],
    ['or web*', 1, 'a term is missing before it'],
    ['web* or', 8, 'a term is missing'],
    ['web* and or db*', 10, 'a term is missing before it'],
    ['not not web*', 5, 'a term is missing before it'],
    ['( or web* )', 3, 'a term is missing before it'],
    ['( web*', 1, 'its ")" is missing'],
    ['web* )', 6, 'its "(" is missing'],
    ['( )', 1, 'the parentheses are empty'],
    ['not ( )', 5, 'the parentheses are empty'],
    ['web* db*', 6, '"and" or "or" is missing before it'],
    ['web* ( db* )', 6, '"and" or "or" is missing before it'],
    ['( web* db* )', 8, '"and" or "or" is missing before it'],
    ['web* AND db*', 6, 'operators are written in lower case'],
    ['web* and X@foo', 10, '"X@" is not one of E@ G@ I@ J@ L@ N@ P@ S@'],
    ['L|@web1', 1, '"L|@" is not one of'],
    ['web* and G@', 10, 'nothing stands behind its "@"'],
    ['N@', 1, 'nothing stands behind its "@"'],
    ['web* or R@%all', 9, 'ranges are not supported'],
    ['web* or E@[', 9, 'the regular expression has a "[" without "]"'],
    ['G@os', 1, 'needs a key and a value with : between them'],
    ['web* and S@10.0.0.1/8', 10, 'bits set behind its prefix'],
    ['not S@bogus', 5, 'is no IP address'],
    ['web* or not ( db* and S@bogus )', 23, 'is no IP address'],
  ])('refuses %j, pointing at column %i', (tgt, column, reason) => {
    const only = thrownOrWarned(tgt)
    expect(only).toContain(`(column ${column}): `)
    expect(only).toContain(reason)
  })

  it('shows the word below the expression', () => {
    expect(problem('web* and X@foo')).toMatchObject({
      code: 'TARGET_INVALID',
      exitCode: 64,
      hint: 'web* and X@foo\n         ^^^^^',
      data: { column: 10, length: 5 },
    })
    expect(problem('')).toMatchObject({ hint: 'The expression is empty.' })
    const long = problem(`${'web1 or '.repeat(30)}R@x${' or db1'.repeat(30)}`)
    const [line, carets] = String((long as { hint: string }).hint).split('\n')
    expect(line!.slice(carets!.indexOf('^'), carets!.length)).toBe('R@x')
    expect(line!.length).toBeLessThan(110)
    expect(problem(['\u001b[2J', 'x'])).toMatchObject({ hint: expect.not.stringContaining('\u001b') })
  })

  it.each([
    ['web* or S@bogus', ['web1', 'web2']],
    ['G@os or web1', ['web1']],
    ['web1 or P@os:[', ['web1']],
    ['web1 or X@foo', ['web1']],
    ['web1 or ( db1 and S@bogus )', ['web1']],
    ['web1 or not S@bogus', ['web1']],
  ])('%s: an alternative that cannot be read selects nobody, and says so', (tgt, wanted) => {
    expect(select(tgt)).toEqual(wanted)
    expect(compileTarget({ tgt, tgtType: 'compound' }).warnings).toHaveLength(1)
  })
})

/** The text that the user sees. */
function thrownOrWarned(tgt: string): string {
  try {
    return compileTarget({ tgt, tgtType: 'compound' }).warnings.join('\n')
  } catch (error) {
    return (error as Error).message
  }
}

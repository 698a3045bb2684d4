// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSaltError } from '@halite/core'
import { compileTarget, type MinionFacts, type Nodegroups, type TargetType } from '@halite/targeting'
import { describe, expect, it } from 'vitest'

interface Row {
  readonly type: TargetType
  readonly expr: string
  /** A text instead of an answer: Salt raised. */
  readonly match: Readonly<Record<string, boolean | string>>
}

interface Table {
  readonly minions: Readonly<Record<string, Omit<MinionFacts, 'id'>>>
  readonly nodegroups: Nodegroups
  readonly cases: readonly Row[]
}

const path = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'truth', 'targeting.json')
const table: Table = existsSync(path)
  ? (JSON.parse(readFileSync(path, 'utf8')) as Table)
  : { minions: {}, nodegroups: {}, cases: [] }

describe('targets as Salt 3007 decides them', () => {
  it('has a table to be held against', (ctx) => {
    ctx.skip(table.cases.length === 0, 'no ../shared/truth/targeting.json; the other files cover each rule')
    expect(table.cases.length).toBeGreaterThan(50)
  })

  it.each(table.cases)('$type $expr', ({ type, expr, match }) => {
    const wanted = Object.keys(match).filter((id) => match[id] === true)
    expect(selectedBy(type, expr)).toEqual(wanted)
  })
})

/** Nobody, when the expression is refused. */
function selectedBy(tgtType: TargetType, tgt: string): string[] {
  try {
    const target = compileTarget({ tgt, tgtType, nodegroups: table.nodegroups })
    return Object.keys(table.minions).filter((id) => target.matches({ id, ...table.minions[id] }))
  } catch (error) {
    if (isSaltError(error, 'TARGET_INVALID')) return []
    throw error
  }
}

// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toPlain } from '@halite/core'
import { manifest } from '@halite/modules'
import { repositoryRoot } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Masterless, resultsOf } from './fixtures/masterless.ts'

interface Row {
  readonly key: string
  readonly result: boolean | null
  readonly comment: string
  readonly changes: Readonly<Record<string, unknown>>
}

interface Run {
  readonly exit: number
  readonly ret: readonly (Row | string)[]
}

interface Case {
  readonly case: string
  readonly sls: string
  readonly body: string
  readonly test: Run
  readonly apply: Run
}

const table = join(repositoryRoot, '../shared/truth/states.json')
const { files, cases }: { files: Record<string, string>; cases: Case[] } = existsSync(table)
  ? JSON.parse(readFileSync(table, 'utf8'))
  : { files: {}, cases: [] }

/** Left out: in a template of a file `sls` is an empty text here, and undefined in Salt. */
const differingRow = /^file_\|-.*\/f8_\|-managed$/

function hasStates({ apply, test: tested }: Case): boolean {
  const rows = [...apply.ret, ...tested.ret].filter((row) => typeof row !== 'string')
  return rows.every(({ key }) => {
    const [module = '', , , fun = ''] = key.split('_|-')
    return module === 'nomod' || manifest.states?.[module]?.functions?.includes(fun) === true
  })
}

describe('states that Salt ran, first with test=True and then for real', () => {
  let machine: Masterless
  beforeAll(() => {
    machine = new Masterless().write(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`roots/${name}`, text])),
    )
  })
  afterAll(() => machine?.[Symbol.dispose]())

  test('the table is there', (context) => {
    context.skip(cases.length === 0, `${table} is not there`)
    expect(cases.filter((one) => hasStates(one)).length).toBeGreaterThan(20)
  })

  test.for(cases)('$case', async (one, context) => {
    context.skip(!hasStates(one), 'states of it are not built yet')
    machine.write({ [`roots/${one.sls}.sls`]: one.body.replaceAll('<CWD>', machine.directory) })
    for (const kind of ['test', 'apply'] as const) {
      const outcome = await machine.call('state.apply', [one.sls, { __kwarg__: true, test: kind === 'test' }])
      const expected = JSON.parse(JSON.stringify(one[kind].ret).replaceAll('<CWD>', machine.directory))
      expect(resultsOf(outcome).map(comparable)).toEqual(expected.map(comparable))
      expect(outcome.retcode === 0 ? 0 : outcome.retcode).toBe(one[kind].exit)
    }
  })
})

/** Process ids are 0 in the table, and of an error only the first line is Salt's. */
function comparable(row: ReturnType<typeof resultsOf>[number]): unknown {
  if (typeof row === 'string') return row.startsWith('Rendering SLS') ? row.split('\n')[0] : row
  const changes = toPlain(row.changes) as Record<string, unknown>
  if (differingRow.test(row.key)) return { key: row.key }
  return { ...row, changes: 'pid' in changes ? { ...changes, pid: 0 } : changes }
}

// SPDX-License-Identifier: Apache-2.0
import { errorCatalogue } from '@halite/core'
import { frameKinds, loads } from '@halite/protocol'
import { describe, expect, it } from 'vitest'
import { filesUnder, textOf } from '../../../test/architecture/sources.ts'
import { numbersIn, schemasIn } from './source-facts.ts'

/* docs/wire.md is the specification: what it says in tables is compared here with the code. */
const page = textOf('docs/wire.md')
const source = (name: string) => `packages/protocol/src/${name}.ts`
const others = ['handshake', 'local-handshake', 'notice', 'publication', 'file-loads']
const loadFiles = ['bounds', 'calls', 'clients', 'data', 'jobs', 'sessions'].map((name) => `loads/${name}`)
const schemas = new Map([
  ...others.flatMap((file) => [...schemasIn([source(file)])]),
  ...schemasIn(loadFiles.map(source)),
])

describe('field tables', () => {
  it('are there for every schema of the wire, and for nothing else', () => {
    const told = [...page.matchAll(/<!-- fields: (\w+) -->/g)].map(([, name]) => name)
    expect(told.sort()).toEqual([...schemas.keys()].sort())
  })

  it.each([...schemas])('name the fields of %s and their types', (name, fields) => {
    const rows = tableBelow(`<!-- fields: ${name} -->`)
    expect(rows.map(([field, type]) => [field, type])).toEqual(
      fields.map((each) => [`\`${each.name}\``, each.type]),
    )
  })
})

describe('request tables', () => {
  it.each(['minion', 'local'])('hold the requests of a %s session with their loads', (door) => {
    const files = filesUnder('packages/master/src/requests', /-requests\.ts$/)
    const own = files.filter((path) => path.endsWith('/local-requests.ts') === (door === 'local'))
    const source = own.map(textOf).join('')
    const handlers = [...source.matchAll(/'(\w+)',\s*(?:\{\s*\.\.\.)?(?:\w+\(\s*)?(?:l|fileL)oads\.(\w+)/g)]
    const told = tableBelow(`<!-- requests: ${door} -->`).map(([name, load]) => [name, load])
    expect(handlers.length).toBeGreaterThan(5)
    expect(told.sort()).toEqual(handlers.map(([, name, load]) => [`\`${name}\``, `\`${load}\``]).sort())
  })

  it('have a schema for each load', () => {
    const named = [...page.matchAll(/`(\w+Schema)`/g)].map(([, name]) => name as string)
    expect(named.filter((name) => !(name in loads) && !schemas.has(name))).toEqual([])
  })
})

describe('numbers', () => {
  const rows = [...page.matchAll(/^\| (.+) \| (\d+)[^|]* \| `(\w+)` in `(\S+)` \|$/gm)]

  it('stand in the tables of limits and times', () => {
    expect(rows.length).toBeGreaterThan(30)
  })

  it.each(rows.map(([, what, value, name, path]) => [what, Number(value), name, path] as const))(
    'are those of the code: %s, %i',
    (_what, value, name, path) => {
      expect([name, numbersIn(path as string).get(name as string)]).toEqual([name, value])
    },
  )

  it('of frame kinds are those of the code', () => {
    const rows = tableBelow('| Kind | Number | From → to |')
    const told = rows.map(([name = '', number]) => [name.replaceAll('`', ''), Number(number)])
    expect(Object.fromEntries(told)).toEqual(frameKinds)
  })
})

describe('names', () => {
  it('of errors stand in the catalogue', () => {
    const named = [...page.matchAll(/`([A-Z]+_[A-Z_]+|BUSY)`/g)].map(([, code]) => code as string)
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((code) => !(code in errorCatalogue))).toEqual([])
  })

  it('of what meets an attack stand in the file it names', () => {
    const rows = tableBelow('| Attack | Prevented by | In |')
    const missing = rows.filter(([, met = '', path = '']) => {
      const [, name = ''] = /`(\w+)`/.exec(met) ?? []
      return !new RegExp(`\\b${name}\\b`).test(textOf(path.replaceAll('`', '')))
    })
    expect(rows.length).toBeGreaterThan(20)
    expect(missing).toEqual([])
  })
})

/** The rows of the table that begins at or below a line, as cells, without its head. */
function tableBelow(line: string): string[][] {
  const start = page.indexOf(line)
  expect(start, line).toBeGreaterThan(-1)
  const [table = ''] = /^\|.*(?:\n\|.*)*/m.exec(page.slice(start)) ?? []
  return table
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}

// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { type DataMap, entriesOf, loadJson, mapOf, pythonRepr, valueAt } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WindowsMachine } from './windows-machine.ts'

/* Definitions in the manner of public ones; `expected.json` holds what Salt 3007.10 reads from them, `x86` where that differs there. */

const folder = join(import.meta.dirname, 'definitions')
const expected = loadJson(readFileSync(join(folder, 'expected.json'), 'utf8')) as DataMap
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name))
const environment = {
  PROGRAMFILES: 'C:\\Program Files',
  'ProgramFiles(x86)': 'C:\\Program Files (x86)',
}
const grains = {
  ...{ osrelease: '2019Server', os: 'Windows', os_family: 'Windows', kernel: 'Windows' },
  ...{ host: 'win1', id: 'win1', osversion: '10.0.17763', domain: 'example.com' },
  ...{ saltversion: '3007.10', saltversioninfo: [3007, 10], num_cpus: 2, roles: ['web', 'db'] },
  locale_info: { defaultlanguage: 'en_US', defaultencoding: 'cp1252' },
}

beforeEach(() => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
})

afterEach(() => {
  vi.unstubAllEnvs()
})

describe.each([
  ['AMD64', mapOf([])],
  ['x86', valueAt(expected, 'x86') as DataMap],
])('definitions on %s give what Salt reads', (cpuarch, others) => {
  test('packages in their order, and what is wrong', async () => {
    using machine = machineOf(cpuarch)
    const report = await machine.returned('pkg.refresh_db', [], { failhard: false })
    const data = (await machine.returned('pkg.get_repo_data')) as DataMap
    const repo = mapOf([...entriesOf(valueAt(expected, 'repo') as DataMap), ...entriesOf(others)])
    const read = new Map(entriesOf(valueAt(data, 'repo') as DataMap))
    for (const [name, versions] of entriesOf(repo))
      expect(`${name}: ${pythonRepr(read.get(name))}`).toBe(`${name}: ${pythonRepr(versions)}`)
    expect([...read.keys()].sort()).toEqual(
      entriesOf(repo)
        .map(([name]) => name)
        .sort(),
    )
    expect(problemsOf(report as DataMap)).toEqual(
      Object.fromEntries(entriesOf(valueAt(expected, 'problems') as DataMap)),
    )
  })
})

function machineOf(cpuarch: string): WindowsMachine {
  const machine = new WindowsMachine()
  machine.grains = { ...grains, cpuarch }
  machine.pillar = { a: { b: 'c' }, app: { license: 'ABC-123', port: 8080 } }
  for (const name of files.filter((each) => each !== 'expected.json'))
    machine.serve(`win/repo-ng/${name.replaceAll(sep, '/')}`, readFileSync(join(folder, name)))
  return machine
}

/** Without the places, which Salt does not say. */
function problemsOf(report: DataMap): Record<string, unknown> {
  const failed = entriesOf(valueAt(report, 'failed_list') as DataMap)
  const plain = (list: unknown) =>
    (list as string[]).map((text) => text.replace(/ \(line \d+( of the rendered text)?\)$/, ''))
  return Object.fromEntries(failed.map(([name, list]) => [String(name), plain(list)]))
}

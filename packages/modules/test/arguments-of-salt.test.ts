// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { parseYaml } from '@halite/core'
import { type Args, checkModule } from '@halite/loader'
import { describe, expect, test } from 'vitest'
import { manifest } from '../src/index.ts'

type Table = Readonly<Record<string, string>>
type Kind = 'execution' | 'states'

const tables: Readonly<Record<Kind, Table>> = {
  execution: read('arguments-of-salt.yaml'),
  states: read('state-arguments-of-salt.yaml'),
}

/** Behind `*args` Python has arguments that are given by keyword only; here the function reads them from its keywords. */
const byKeyword = new Set([
  'match.ifelse',
  'pillar.data',
  'pillar.item',
  'pillar.items',
  'pillar.ls',
  'pillar.obfuscate',
])

const functions = await functionsIn('execution')
const states = await functionsIn('states')

function read(name: string): Table {
  return parseYaml(readFileSync(new URL(name, import.meta.url), 'utf8'), name) as Table
}

/** The tables were read on Linux: what answers to the same names on Windows takes other arguments there too. */
async function functionsIn(kind: Kind) {
  const built = await Promise.all(
    Object.entries(manifest[kind] ?? {}).map(([file, entry]) => functionsOf(kind, file, entry)),
  )
  return built.flat().filter(({ name, file }) => tables[kind][name] !== undefined && !file.startsWith('win_'))
}

async function functionsOf(
  kind: Kind,
  file: string,
  entry: { load(): Promise<{ readonly default: unknown }> },
) {
  const { functions, virtual, name } = checkModule(kind, file, (await entry.load()).default)
  return Object.entries(functions).map(([fn, { args }]) => ({
    name: `${virtual ?? name}.${fn}`,
    file,
    args: args as Args,
  }))
}

describe('what Salt takes is taken, or refused by name', () => {
  test('most of its functions are here', () => expect(functions.length).toBeGreaterThan(80))

  test.each(functions)('$name', ({ name, args }) => {
    const expected = (tables.execution[name] ?? '').split(' ')
    if (byKeyword.has(name)) {
      expect(Object.values(args).map(({ collect }) => collect)).toContain('keywords')
      return
    }
    // In Salt's order as well: a value that is given by its place means the same.
    expect(Object.keys(args).filter((key) => expected.includes(key))).toEqual(expected)
  })

  test('every state function is here', () => {
    expect(states.map(({ name }) => name).sort()).toEqual(Object.keys(tables.states).sort())
  })

  test.each(states)('the state $name', ({ name, args }) => {
    const expected = (tables.states[name] ?? '').split(' ').filter((key) => key !== '' && key !== 'name')
    expect(expected.filter((key) => !Object.hasOwn(args, key))).toEqual([])
  })
})

// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { parseYaml } from '@halite/core'
import { type Args, checkModule } from '@halite/loader'
import { describe, expect, test } from 'vitest'
import { manifest } from '../src/index.ts'

const path = new URL('arguments-of-salt.yaml', import.meta.url)
const ofSalt = parseYaml(readFileSync(path, 'utf8'), 'arguments-of-salt.yaml') as Readonly<
  Record<string, string>
>

/** Behind `*args` Python has arguments that are given by keyword only; here the function reads them from its keywords. */
const byKeyword = new Set([
  'match.ifelse',
  'pillar.data',
  'pillar.item',
  'pillar.items',
  'pillar.ls',
  'pillar.obfuscate',
])

const built = (await Promise.all(Object.entries(manifest.execution ?? {}).map(functionsOf))).flat()
/** The table was read on Linux: what answers to the same names on Windows takes other arguments there too. */
const functions = built.filter(({ name, file }) => ofSalt[name] !== undefined && !file.startsWith('win_'))

async function functionsOf([file, entry]: [string, { load(): Promise<{ readonly default: unknown }> }]) {
  const { functions, virtual, name } = checkModule('execution', file, (await entry.load()).default)
  return Object.entries(functions).map(([fn, { args }]) => ({
    name: `${virtual ?? name}.${fn}`,
    file,
    args: args as Args,
  }))
}

describe('what Salt takes is taken, or refused by name', () => {
  test('most of its functions are here', () => expect(functions.length).toBeGreaterThan(80))

  test.each(functions)('$name', ({ name, args }) => {
    const expected = (ofSalt[name] ?? '').split(' ')
    if (byKeyword.has(name)) {
      expect(Object.values(args).map(({ collect }) => collect)).toContain('keywords')
      return
    }
    // In Salt's order as well: a value that is given by its place means the same.
    expect(Object.keys(args).filter((key) => expected.includes(key))).toEqual(expected)
  })
})

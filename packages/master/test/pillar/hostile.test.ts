// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, symlinkSync } from 'node:fs'
import { keysOf, pack, parseMinionId, run } from '@halite/core'
import { Registry } from '@halite/loader'
import { afterEach, describe, expect, test } from 'vitest'
import { PillarCompiler } from '../../src/pillar/index.ts'
import { PillarTree } from './pillar-tree.ts'

const trees: PillarTree[] = []
afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove()
})

function tree(...given: ConstructorParameters<typeof PillarTree>): PillarTree {
  const made = new PillarTree(...given)
  trees.push(made)
  return made
}

describe('what lies outside the roots is never read', () => {
  const outside = () => tree({ 'secret.sls': 'secret: 1', 'secret/init.sls': 'secret: 1' })

  test.each([
    '../secret',
    '..secret',
    'a/../../secret',
    '/etc/secret',
    '.secret',
    'a..secret',
    'secret.',
    'C:/secret',
  ])('not by the name %s', async (name) => {
    const made = tree({ 'inner/top.sls': `base: {'*': ['${name}']}`, 'secret.sls': 'secret: 1' })
    const inner = tree({}, { roots: { base: [made.path('inner')] } })
    const { _errors: errors, ...pillar } = await inner.compile()
    expect(pillar).toEqual({})
    expect(errors).toHaveLength(1)
  })

  test('not by an include', async () => {
    const made = tree({
      'inner/top.sls': "base: {'*': [a]}",
      'inner/a.sls': "include: ['..secret']\na: 1",
      'secret.sls': 'secret: 1',
    })
    const inner = tree({}, { roots: { base: [made.path('inner')] } })
    expect(await inner.compile()).toEqual({
      a: 1,
      _errors: [expect.stringContaining("Rendering SLS '.secret' failed")],
    })
  })

  test('not through a link to a file, nor to a directory, nor as top.sls', async (ctx) => {
    ctx.skip(process.platform === 'win32', 'links need a privilege on Windows')
    const made = tree({ 'top.sls': "base: {'*': [file, folder.secret, folder]}" })
    symlinkSync(outside().path('secret.sls'), made.path('file.sls'))
    symlinkSync(outside().directory, made.path('folder'))
    const { _errors: errors, ...pillar } = await made.compile()
    expect(pillar).toEqual({})
    expect(errors).toHaveLength(3)
    expect(made.logged.every((line) => line.includes('is a symbolic link'))).toBe(true)

    const linked = tree()
    symlinkSync(made.path('top.sls'), linked.path('top.sls'))
    expect(await linked.compile()).toEqual({
      _errors: ['Rendering Primary Top file failed, render error:\ntop.sls: PATH_UNSAFE'],
    })
  })

  test('a refused link that becomes a file counts at once', async (ctx) => {
    ctx.skip(process.platform === 'win32', 'links need a privilege on Windows')
    const made = tree({ 'top.sls': "base: {'*': [a]}" })
    const grains = {}
    symlinkSync(outside().path('secret.sls'), made.path('a.sls'))
    expect(await made.compile('m1', grains)).toHaveProperty('_errors')
    await run(['rm', made.path('a.sls')])
    made.write('a.sls', 'a: 1')
    expect(await made.compile('m1', grains)).toEqual({ a: 1 })
  })

  test('a directory or a pipe in the place of a file holds nothing up', async (ctx) => {
    ctx.skip(process.platform === 'win32', 'there are no named pipes in directories on Windows')
    const made = tree({ 'top.sls': "base: {'*': [pipe, folder, b]}", 'b.sls': 'b: 1' })
    mkdirSync(made.path('folder.sls'))
    await run(['mkfifo', made.path('pipe.sls')])
    const { _errors: errors, ...pillar } = await made.compile()
    expect(pillar).toEqual({ b: 1 })
    expect(errors).toHaveLength(2)
  })
})

describe('bombs are bounded', () => {
  const good = { 'top.sls': "base: {'*': [bomb, good]}", 'good.sls': 'good: 1' }

  async function expectRefused(bomb: string, why: RegExp) {
    const made = tree({ ...good, 'bomb.sls': bomb })
    // What a clock shows is stretched by whatever else runs.
    const before = process.cpuUsage()
    const { _errors: errors, ...pillar } = await made.compile()
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(5000)
    expect(pillar).toEqual({ good: 1 })
    expect(errors).toHaveLength(1)
    expect(made.logged[0]).toMatch(why)
  }

  test('aliases of aliases', async () => {
    const levels = Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)
    await expectRefused(['a0: &a0 [x, x]', ...levels].join('\n'), /over the limit of \d+ bytes or \d+ values/)
  })

  test('a long text, many times', async () => {
    const text = 'x'.repeat(100_000)
    await expectRefused(
      `a: &a ${text}\nb: [${'*a, '.repeat(1000)}]`,
      /over the limit of \d+ bytes or \d+ values/,
    )
  })

  test('a list that holds itself', async () => {
    await expectRefused('a: &a [*a]', /found unconstructable recursive node/)
  })

  test('levels without end', async () => {
    await expectRefused(`a: ${'['.repeat(5000)}${']'.repeat(5000)}`, /exceeded maximum nesting depth/)
    await expectRefused(`a: ${'['.repeat(60)}${']'.repeat(60)}`, /nested deeper than \d+ levels/)
  })

  test('merged keys', async () => {
    const keys = Array.from({ length: 1000 }, (_, n) => `k${n}: ${n}`).join(', ')
    await expectRefused(`a: &a {${keys}}\nb:\n${'  - <<: *a\n'.repeat(1000)}`, /merge keys/)
  })

  test('merged keys, a power more at each level', async () => {
    let map = '&m0 {k: 1}'
    for (let level = 1; level <= 12; level++) map = `&m${level} {<<: [${map}${`, *m${level - 1}`.repeat(9)}]}`
    await expectRefused(`a: {<<: ${map}}`, /merge keys/)
  })

  test('a file that is too large', async () => {
    await expectRefused(`a: ${'x'.repeat(5_000_000)}`, /has \d+ bytes, more than/)
  })

  test('one file included under many keys', async () => {
    const includes = Array.from({ length: 2000 }, (_, n) => `  - big: {key: k${n}}`).join('\n')
    const made = tree({
      'top.sls': "base: {'*': [many, good]}",
      'many.sls': `include:\n${includes}\n`,
      'big.sls': `list: [${'1,'.repeat(1000)}]`,
      'good.sls': 'good: 1',
    })
    const { _errors: errors, ...pillar } = await made.compile()
    expect(pillar).toMatchObject({ good: 1 })
    expect(errors).toHaveLength(1)
    expect(pack(pillar).length).toBeLessThan(10_000_000)
  })

  test('a key of many levels', async () => {
    const made = tree({
      'top.sls': "base: {'*': [deep, good]}",
      'deep.sls': `include: [{good: {key: '${'a:'.repeat(100)}a'}}]`,
      'good.sls': 'good: 1',
    })
    const { _errors: errors, ...pillar } = await made.compile()
    expect(pillar).toEqual({ good: 1 })
    expect(errors).toHaveLength(1)
  })

  test('__proto__ reaches no prototype', async () => {
    const made = tree({
      'top.sls': "base: {'*': [a, b]}",
      'a.sls': '__proto__: {x: 1}',
      'b.sls': '__proto__: {y: 1}',
    })
    const pillar = await made.compile()
    expect(keysOf(pillar)).toEqual(['__proto__'])
    expect('x' in {} || 'x' in pillar).toBe(false)
  })
})

describe('what a minion sends with a request', () => {
  const ran: unknown[] = []
  const render = (input: unknown) => {
    ran.push(input)
    return `rendered ${String(input)}`
  }
  const renderer = (name: string) => ({
    name,
    load: async () => ({ default: { name, doc: 'A renderer.', render } }),
  })
  const registry = new Registry({ renderers: { cipher: renderer('cipher'), code: renderer('code') } })
  const decrypt = { keys: ['a', 'deep'], delimiter: ':', fallback: 'cipher', allowed: ['cipher'] }
  const compile = (override: Readonly<Record<string, unknown>>) => {
    const { directory } = tree({ 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: own\ndeep: {own: own}' })
    const compiler = new PillarCompiler({ roots: { base: [directory] }, registry: () => registry, decrypt })
    return compiler.compile({ id: parseMinionId('m1'), grains: {}, override })
  }

  test('names no renderer that the master then runs', async () => {
    const text = '#!code\nrun this'
    expect(await compile({ a: text })).toMatchObject({ a: text, deep: { own: 'rendered own' } })
    expect(ran).toEqual(['own'])
  })

  test('is not decrypted for it, wherever it stands', async () => {
    const given = { a: ['secret of another'], deep: { x: { y: 'secret of another' } } }
    const pillar = await compile(given)
    expect(pillar).toEqual({ ...given, deep: { ...given.deep, own: 'rendered own' } })
  })
})

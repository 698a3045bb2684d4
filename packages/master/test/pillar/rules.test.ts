// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { mapOf, parseMinionId } from '@halite/core'
import { type ExternalPillar, Registry } from '@halite/loader'
import { afterEach, describe, expect, test } from 'vitest'
import {
  PillarCompiler,
  type PillarRequest,
  type PillarSettings,
  pillarSettings,
} from '../../src/pillar/index.ts'
import { PillarTree } from './pillar-tree.ts'

const trees: PillarTree[] = []
afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove()
})

type Files = Readonly<Record<string, string>>

function tree(files: Files, settings: Partial<PillarSettings> = {}): PillarTree {
  const made = new PillarTree(files, settings)
  trees.push(made)
  return made
}

/** A compiler over files, for requests of every kind. */
function compiler(files: Files, settings: (directory: string) => Partial<PillarSettings>) {
  const { directory } = tree(files)
  const made = new PillarCompiler({ roots: { base: [directory] }, ...settings(directory) })
  return (request: Partial<PillarRequest> = {}) =>
    made.compile({ id: parseMinionId('m1'), grains: {}, ...request })
}

describe('names', () => {
  const files = {
    'web/one.sls': 'one: 1',
    'web/two/init.sls': 'two: 2',
    'db.sls': 'db: 1',
  }

  test('may be shell patterns in top files, over the dotted names', async () => {
    const made = tree({ ...files, 'top.sls': "base: {'*': ['web.*']}" })
    expect(await made.compile()).toEqual({ one: 1, two: 2 })
  })

  test('and in includes; a new file counts at once', async () => {
    const made = tree({ ...files, 'top.sls': "base: {'*': [a]}", 'a.sls': "include: ['web.t*']" })
    expect(await made.compile()).toEqual({ two: 2 })
    made.write('web/three.sls', 'three: 3')
    expect(await made.compile()).toEqual({ two: 2, three: 3 })
  })

  test('with leading dots lie beside the including file, else at the root', async () => {
    const made = tree({
      'top.sls': "base: {'*': [web.one, root]}",
      'root.sls': 'include: [..deep, .deeper]',
      'deep.sls': 'deep: 1',
      'deeper.sls': 'deeper: 1',
      'web/one.sls': 'include: [.two, ..db, .other]',
      'web/two.sls': 'v: beside',
      'two.sls': 'v: root',
      'db.sls': 'db: 1',
      'other.sls': 'other: 1',
    })
    expect(await made.compile()).toEqual({ v: 'beside', db: 1, other: 1, deep: 1, deeper: 1 })
  })

  test('a pattern that fits none is told as a name that is not there', async () => {
    const made = tree({ 'top.sls': "base: {'*': ['no*']}" })
    expect(await made.compile()).toEqual({
      _errors: ["Specified SLS 'no*' in environment 'base' is not available on the salt master"],
    })
  })
})

describe('top files', () => {
  test('include others, which replace what they say again', async () => {
    const made = tree({
      'top.sls': "include: [more.top]\nbase: {'*': [a], m1: [b]}",
      'more/top.sls': 'include: [more.top]\nbase: {m1: [c]}',
      'a.sls': 'a: 1',
      'b.sls': 'b: 1',
      'c.sls': 'c: 1',
    })
    expect(await made.compile()).toEqual({ a: 1, c: 1 })
  })

  test('give a map by its keys, and nothing else than names', async () => {
    const given = (list: string) =>
      tree({ 'top.sls': `base: {'*': ${list}}`, 'a.sls': 'a: 1', 'b.sls': 'b: 1' }).compile()
    expect(await given('{a: 1, b: {}}')).toEqual({ a: 1, b: 1 })
    expect(await given('a')).toEqual({ a: 1 })
    for (const wrong of ['null', '5']) {
      expect(await given(wrong)).toEqual({ _errors: [expect.stringContaining('not a list of sls names')] })
    }
  })

  test('decide the order of environments: the first that is named comes first', async () => {
    const base = tree({
      'top.sls': "zz: {'*': [a]}\nbase: {'*': [a]}\naa: {'*': [a]}",
      'a.sls': 'base: 1\nx: base',
    })
    const [aa, zz] = [tree({ 'a.sls': 'aa: 1\nx: aa' }), tree({ 'a.sls': 'zz: 1\nx: zz' })]
    const roots = { aa: [aa.directory], base: [base.directory], zz: [zz.directory] }
    const pillar = await tree({}, { roots }).compile()
    expect(Object.keys(pillar)).toEqual(['zz', 'x', 'base', 'aa'])
    expect(pillar['x']).toBe('aa')
  })

  test('have the name of the option state_top', async () => {
    const { directory } = tree({ 'deep/own.sls': "base: {'*': [a]}", 'top.sls': '{}', 'a.sls': 'a: 1' })
    const pillar_roots = { base: [directory] }
    for (const state_top of ['deep/own.sls', 'salt://deep/own.sls', '/deep/own.sls']) {
      const made = new PillarCompiler(pillarSettings({ pillar_roots, state_top }))
      expect(await made.compile({ id: parseMinionId('m1'), grains: {} })).toEqual({ a: 1 })
    }
  })

  test('that are not there are told', async () => {
    const made = tree({ 'top.sls': "include: [gone]\nbase: {'*': [a]}", 'a.sls': 'a: 1' })
    expect(await made.compile()).toEqual({
      a: 1,
      _errors: [expect.stringMatching(/^Rendering Top file gone failed, render error:\n/)],
    })
  })
})

describe('merging', () => {
  const files = {
    'top.sls': "base: {'*': [a, b]}",
    'a.sls': 'm: {x: 1, y: 1}',
    'b.sls': 'm: {y: 2}',
  }

  test.each([
    ['smart', { m: { x: 1, y: 2 } }],
    ['recurse', { m: { x: 1, y: 2 } }],
    ['overwrite', { m: { y: 2 } }],
    ['list', { m: [{ x: 1, y: 1 }, { y: 2 }] }],
  ] as const)('by %s', async (strategy, pillar) => {
    expect(await tree(files, { strategy }).compile()).toEqual(pillar)
  })

  test('what a file includes lies below it, or above it', async () => {
    const including = { 'top.sls': "base: {'*': [a]}", 'a.sls': 'include: [b]\nv: a', 'b.sls': 'v: b' }
    expect(await tree(including).compile()).toEqual({ v: 'a' })
    expect(await tree(including, { includesOverride: true }).compile()).toEqual({ v: 'b' })
  })

  test('none reads the top file of one environment alone', async () => {
    const files = {
      'dev/top.sls': "dev: {'*': [a]}",
      'dev/a.sls': 'dev: 1',
      'base/top.sls': "base: {'*': [a]}",
      'base/a.sls': 'base: 1',
    }
    const compile = compiler(files, (directory) => ({
      roots: { base: [join(directory, 'base')], dev: [join(directory, 'dev')] },
      strategy: 'none',
    }))
    expect(await compile()).toEqual({ base: 1 })
    expect(await compile({ saltenv: 'dev' })).toEqual({ dev: 1 })
  })
})

describe('environments', () => {
  const files = { 'dev/top.sls': "dev: {'*': [a]}", 'dev/a.sls': 'env: {{ saltenv }}' }

  test('__env__ stands for those that are not named', async () => {
    const compile = compiler(files, (directory) => ({ roots: { __env__: [join(directory, '__env__')] } }))
    expect(await compile({ pillarenv: 'dev' })).toEqual({ env: 'dev' })
    expect(await compile({ saltenv: 'dev' })).toEqual({ env: 'dev' })
    expect(await compile()).toEqual({})
  })

  test.each(['../..', '/etc', 'a/../../etc', 'a\0b'])('never outside: %j', async (pillarenv) => {
    const compile = compiler(files, (directory) => ({ roots: { __env__: [join(directory, '__env__')] } }))
    await expect(compile({ pillarenv })).rejects.toMatchObject({ code: 'SALTENV_INVALID' })
  })

  test('pillarenv_from_saltenv, and the option pillarenv', async () => {
    const both = { ...files, 'base/top.sls': "base: {'*': [a]}", 'base/a.sls': 'base: 1' }
    const roots = (directory: string) => ({ base: [join(directory, 'base')], dev: [join(directory, 'dev')] })
    const from = compiler(both, (directory) => ({ roots: roots(directory), pillarenvFromSaltenv: true }))
    expect(await from({ saltenv: 'dev' })).toEqual({ env: 'dev' })
    expect(await from({ saltenv: 'dev', pillarenv: 'base' })).toEqual({ base: 1 })
    const always = compiler(both, (directory) => ({ roots: roots(directory), pillarenv: 'dev' }))
    expect(await always()).toEqual({ env: 'dev' })
  })
})

test('opts of templates name the minion and the environment of states that it asks for', async () => {
  const compile = compiler(
    {
      'top.sls': "base: {'*': [a]}",
      'a.sls':
        'a: [{{ opts.id }}, {{ opts.minion_id }}, {{ opts.saltenv }}, {{ saltenv }}, {{ opts.pillarenv }}]',
    },
    () => ({ opts: { id: 'master', saltenv: null } }),
  )
  expect(await compile()).toEqual({ a: ['m1', 'm1', 'None', 'base', 'None'] })
  expect(await compile({ saltenv: 'dev' })).toEqual({ a: ['m1', 'm1', 'dev', 'base', 'None'] })
})

describe('beside files', () => {
  const files = { 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: {{ pillar.get("first", "none") }}\nv: file' }
  const sources: Readonly<Record<string, ExternalPillar['compile']>> = {
    fixed: (_ctx, config) => mapOf([['config', config]]),
    sees: ({ id, pillar, grains }) => ({ sees: { id, pillar, os: grains['os'] } }),
    first: () => ({ first: 'there', v: 'external' }),
    fails: () => {
      throw new Error('no connection')
    },
    text: () => 'no map' as never,
    nothing: () => undefined,
  }
  const registry = new Registry({
    pillar: Object.fromEntries(
      Object.entries(sources).map(([name, compile]) => [
        name,
        { name, load: async () => ({ default: { name, doc: 'A source.', compile } }) },
      ]),
    ),
  })
  const asking = (settings: Partial<PillarSettings>) =>
    compiler(files, () => ({ registry: () => registry, ...settings }))

  test('external pillars are asked in their order, and see what was before', async () => {
    const compile = asking({ external: [{ fixed: { a: 1 } }, { sees: null }, { nothing: 1 }] })
    const before = { a: 'none', v: 'file', config: { a: 1 } }
    expect(await compile({ grains: { os: 'Debian' } })).toEqual({
      ...before,
      sees: { id: 'm1', pillar: before, os: 'Debian' },
    })
  })

  test('one that fails costs its data alone', async () => {
    const external = ['malformed', { fails: 1 }, { text: 1 }, { unknown: 1 }, { fixed: 1 }]
    expect(await asking({ external })()).toEqual({
      a: 'none',
      v: 'file',
      config: 1,
      _errors: [
        'The "ext_pillar" option is malformed',
        'Failed to load ext_pillar fails: no connection',
        'Failed to load ext_pillar text: it did not give a map',
        'Failed to load ext_pillar unknown: there is no such external pillar',
      ],
    })
  })

  test('before the files with ext_pillar_first: templates and targets see them, and files win', async () => {
    const compile = compiler(
      { ...files, 'top.sls': "base: {'I@first:there': [a], 'I@first:no': [b]}", 'b.sls': 'b: 1' },
      () => ({ registry: () => registry, external: [{ first: 1 }], externalFirst: true }),
    )
    expect(await compile()).toEqual({ first: 'there', a: 'there', v: 'file' })
  })

  test('excluded ones are left out', async () => {
    expect(
      await asking({ external: [{ first: 1 }, { fixed: 1 }], excluded: ['first'] })(),
    ).not.toHaveProperty('first')
  })

  test('a minion may ask only for those that the operator allows', async () => {
    const compile = asking({ onDemand: ['fixed'] })
    expect(await compile({ ext: { fixed: 7 } })).toMatchObject({ config: 7 })
    const refused = await compile({ ext: { first: 1, fixed: 7 } })
    expect(refused).toMatchObject({ _errors: [expect.stringContaining('not allowed for on-demand')] })
    expect(refused).not.toHaveProperty('config')
  })

  test('what a call brings selects nothing: neither sources nor targets nor templates see it', async () => {
    const override = { first: 'wanted', v: 'call' }
    const sources = await asking({ external: [{ sees: null }] })({ override })
    expect(sources).toMatchObject({ first: 'wanted', v: 'call', sees: { pillar: { a: 'none', v: 'file' } } })
    const targets = compiler(
      {
        'top.sls': "base: {'I@first:wanted': [b], 'I@first:there': [a]}",
        'a.sls': files['a.sls'],
        'b.sls': 'b: 1',
      },
      () => ({ registry: () => registry, external: [{ sees: null }, { first: 1 }], externalFirst: true }),
    )
    const pillar = await targets({ override })
    expect(pillar).toMatchObject({ first: 'wanted', a: 'there', v: 'call', sees: { pillar: {} } })
    expect(pillar).not.toHaveProperty('b')
  })

  test('what a call brings wins over all, and is not kept', async () => {
    const compile = asking({})
    expect(await compile({ override: { v: 'call', w: 1 } })).toEqual({ a: 'none', v: 'call', w: 1 })
    expect(await compile()).toEqual({ a: 'none', v: 'file' })
  })

  test('pillar_opts gives the options of the master', async () => {
    const compile = asking({ givesOptions: true, opts: { interface: '::' } })
    expect(await compile()).toMatchObject({ master: { interface: '::' } })
  })

  test('what cannot be decrypted is told and stays', async () => {
    const settings = { delimiter: ':', fallback: 'text', allowed: ['text', 'yaml'] }
    const keys = ['gone:deep', { a: 'gpg' }]
    const external = [{ fixed: 'x: 1' }]
    expect(
      await asking({ external, decrypt: { ...settings, keys: [...keys, { config: 'yaml' }] } })(),
    ).toEqual({
      a: 'none',
      v: 'file',
      config: { x: 1 },
      _errors: [
        "Failed to decrypt pillar key 'a': 'gpg' is not a valid decryption renderer. Valid choices are: text, yaml",
      ],
    })
  })
})

describe('what is kept', () => {
  const files = {
    'top.sls': "base: {'*': [os, all, id, called, 'G@role:web']}\n",
    'os.sls': 'os: {{ grains.os }}',
    'all.sls': 'count: {{ grains | length }}',
    'id.sls': 'id: {{ opts.id }}',
    'called.sls': "role: {{ salt['grains.get']('role', 'none') }}",
  }

  test('is never given to another minion', async () => {
    const made = tree({ ...files, 'top.sls': "base: {'*': [os, all, id, called]}" })
    const kinds = [
      { os: 'Debian', role: 'web' },
      { os: 'Debian' },
      { os: 'Arch', role: 'db', more: 1 },
      { os: 'Arch', role: 'web', more: 1 },
    ]
    for (const round of [1, 2, 3]) {
      const asked = kinds.flatMap((grains, kind) =>
        ['a', 'b'].map((name) => ({ id: `${name}${kind}`, grains })),
      )
      const given = await Promise.all(asked.map(({ id, grains }) => made.compile(id, { ...grains })))
      expect(given, `round ${round}`).toEqual(
        asked.map(({ id, grains }) => ({
          os: grains.os,
          count: Object.keys(grains).length,
          id,
          role: 'role' in grains ? grains.role : 'none',
        })),
      )
    }
  })

  test.each([
    'os: {{ grains["os"] }}',
    'os: {{ grains.get("os") }}',
    '{% set g = grains %}os: {{ g.os }}',
    '{% import "m.jinja" as m with context %}os: {{ m.os() }}',
    '{% from "m.jinja" import os with context %}os: {{ os() }}',
    'os: {{ opts.grains.os }}',
    'os: {{ opts["grains"]["os"] }}',
    'os: {{ show_full_context()["grains"]["os"] }}',
    'os: {{ salt.grains.get("os") }}',
    'os: {{ salt["gra" ~ "ins.get"]("os") }}',
    'os: {% for k, v in grains.items() %}{{ v }}{% endfor %}',
    'os: {{ grains | traverse("os") }}',
  ])('follows the grain that is asked for as %s', async (text) => {
    const made = tree({
      'top.sls': "base: {'*': [a]}",
      'a.sls': text,
      'm.jinja': '{% macro os() %}{{ grains.os }}{% endmacro %}',
    })
    for (const os of ['Debian', 'Arch', 'Debian']) {
      expect(await made.compile('m1', { os }), os).toEqual({ os })
      expect(await made.compile('m2', { os }), os).toEqual({ os })
    }
  })

  test('follows the grains that a top file asks for', async () => {
    const made = tree({ 'top.sls': "base: {'G@role:web': [a]}", 'a.sls': 'a: 1' })
    expect(await made.compile('m1', { role: 'web' })).toEqual({ a: 1 })
    expect(await made.compile('m1', { role: 'db' })).toEqual({})
    expect(await made.compile('m1', {})).toEqual({})
    expect(await made.compile('m1', { role: ['db', 'web'] })).toEqual({ a: 1 })
  })

  test('is made again where it is another each time', async () => {
    const made = tree({ 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: {{ range(99999) | random }}' })
    const seen = new Set<unknown>()
    for (let round = 0; round < 5; round++) seen.add((await made.compile())['a'])
    expect(seen.size).toBeGreaterThan(1)
  })
})

describe('the options of a master', () => {
  test('say how its pillar is compiled', async () => {
    const { directory } = tree({
      'top.sls': "base: {'*': [a]}",
      'a.sls': 'include: [b]\nm: {x: 1}',
      'b.sls': 'm: {y: 1}\nsecret: {deep: "k: v"}\nother: "[1]"',
    })
    const compile = (options: Readonly<Record<string, unknown>>) =>
      new PillarCompiler(pillarSettings({ pillar_roots: { base: [directory] }, ...options })).compile({
        id: parseMinionId('m1'),
        grains: {},
      })
    expect(await compile({})).toMatchObject({ m: { x: 1, y: 1 } })
    expect(await compile({ pillar_source_merging_strategy: 'overwrite' })).toMatchObject({ m: { x: 1 } })
    const both = { pillar_source_merging_strategy: 'overwrite', pillar_includes_override_sls: true }
    expect(await compile(both)).toMatchObject({ m: { y: 1 } })
    const decrypting = {
      decrypt_pillar: ['secret/deep', { other: 'yaml' }],
      decrypt_pillar_delimiter: '/',
      decrypt_pillar_default: 'yaml',
      decrypt_pillar_renderers: ['yaml'],
    }
    expect(await compile(decrypting)).toMatchObject({ secret: { deep: { k: 'v' } }, other: [1] })
    const unknown = { ext_pillar: [{ gone: 1 }] }
    expect(await compile(unknown)).toHaveProperty('_errors')
    expect(await compile({ ...unknown, exclude_ext_pillar: ['gone'] })).not.toHaveProperty('_errors')
    expect(pillarSettings({ on_demand_ext_pillar: ['git'] }).onDemand).toEqual(['git'])
  })
})

describe('the pillar of a call', () => {
  const files = { 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: 1\nl: [1]\nm: {x: 1}' }
  const override = mapOf([
    ['l', [2]],
    ['m', mapOf([['z', 1]])],
  ])

  test('comes first, and wins over the files', async () => {
    const compile = compiler(files, () => ({}))
    expect(JSON.stringify(await compile({ override }))).toBe('{"l":[2],"m":{"z":1,"x":1},"a":1}')
  })

  test('its lists stand before those of the files that are merged', async () => {
    const compile = compiler(files, () => ({ mergeLists: true }))
    expect(await compile({ override })).toMatchObject({ l: [2, 1] })
  })
})

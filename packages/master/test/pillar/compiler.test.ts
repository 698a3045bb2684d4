// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
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

describe('top.sls', () => {
  const files = {
    'top.sls': `
base:
  '*': [common]
  'web* and G@os:Debian': [web]
  'os:Debian':
    - match: grain
    - debian
  'db1,db2':
    - match: list
    - db
  'N@cluster': [cluster]
`,
    'common.sls': 'who: all',
    'web.sls': 'role: web',
    'debian.sls': 'apt: true',
    'db.sls': 'role: db',
    'cluster.sls': 'clustered: true',
  }
  const nodegroups = { cluster: 'L@db2,db3' }

  test.each([
    ['web1', { os: 'Debian' }, { who: 'all', role: 'web', apt: true }],
    ['web1', { os: 'Arch' }, { who: 'all' }],
    ['db1', {}, { who: 'all', role: 'db' }],
    ['db2', {}, { who: 'all', role: 'db', clustered: true }],
    ['other', {}, { who: 'all' }],
  ])('gives %s with %o what is meant for it', async (id, grains, expected) => {
    expect(await tree(files, { nodegroups }).compile(id, grains)).toEqual(expected)
  })

  test('does not look at the pillar, which does not exist yet', async () => {
    const made = tree({
      'top.sls': "base: {'I@a:b': [x], 'not I@a:b': [y]}",
      'x.sls': 'x: 1',
      'y.sls': 'y: 1',
    })
    expect(await made.compile()).toEqual({ y: 1 })
  })

  test('orders its targets, and is merged in that order', async () => {
    const top = "base:\n  '*': [{order: 2}, late]\n  'm*': [{order: 1}, early]\n"
    const made = tree({ 'top.sls': top, 'late.sls': 'v: late', 'early.sls': 'v: early\ne: 1' })
    expect(await made.compile()).toEqual({ v: 'late', e: 1 })
  })

  test('that is missing or empty gives an empty pillar', async () => {
    expect(await tree().compile()).toEqual({})
    expect(await tree({ 'top.sls': '' }).compile()).toEqual({})
  })

  test('tells what it cannot read, and the rest counts', async () => {
    const made = tree({
      'top.sls': "base:\n  'a or': [x]\n  '*': [{match: nonsense}, x]\n  'm1': [y]\ndev: {'*': [x]}\n",
      'x.sls': 'x: 1',
      'y.sls': 'y: 1',
    })
    const { _errors: errors, ...pillar } = await made.compile()
    expect(pillar).toEqual({ y: 1 })
    expect(errors).toEqual([
      expect.stringMatching(/^Rendering Primary Top file failed, render error:\nbase, target 'a or': /),
      "Rendering Primary Top file failed, render error:\nbase, target '*': match 'nonsense' is no type of targets",
      "No matching pillar environment for environment 'dev' found",
    ])
  })

  test('selects nobody with a nodegroup that is not configured: that is logged, and no error of the pillar', async () => {
    const made = tree({
      'top.sls': "base:\n  'N@none or m1': [x]\n  'none': [{match: nodegroup}, x]\n  'm1': [y]\n",
      'x.sls': 'x: 1',
      'y.sls': 'y: 1',
    })
    expect(await made.compile()).toEqual({ y: 1 })
    expect(made.logged).toEqual([])
    expect(made.warned).toEqual([
      expect.stringContaining('there is no nodegroup "none"'),
      expect.stringContaining('there is no nodegroup "none"'),
    ])
  })

  test('with a mistake is told with file and line, without where the roots lie', async () => {
    const made = tree({ 'top.sls': "base:\n  '*':\n    - a: b: c\n" })
    const { _errors: errors } = await made.compile()
    expect(errors).toEqual([expect.stringMatching(/^Rendering Primary .*\ntop\.sls:3:\d+: /)])
    expect(made.logged).toEqual([expect.stringContaining(`${made.path('top.sls')}:3:`)])
  })
})

describe('sls files', () => {
  test('a.b is a/b.sls or a/b/init.sls', async () => {
    const made = tree({
      'top.sls': "base: {'*': [a.b, a.c]}",
      'a/b.sls': 'b: 1',
      'a/c/init.sls': 'c: 1',
    })
    expect(await made.compile()).toEqual({ b: 1, c: 1 })
  })

  test('are merged, maps recursively, the later winning', async () => {
    const made = tree({
      'top.sls': "base: {'*': [one, two]}",
      'one.sls': 'a: {x: 1, list: [1]}\nb: 1',
      'two.sls': 'a: {y: 2, list: [2]}\nb: 2',
    })
    expect(await made.compile()).toEqual({ a: { x: 1, y: 2, list: [2] }, b: 2 })
  })

  test('join lists with pillar_merge_lists', async () => {
    const made = tree(
      { 'top.sls': "base: {'*': [one, two]}", 'one.sls': 'l: [1]', 'two.sls': 'l: [2]' },
      { mergeLists: true },
    )
    expect(await made.compile()).toEqual({ l: [1, 2] })
  })

  test('include others, which lie below them', async () => {
    const made = tree({
      'top.sls': "base: {'*': [app.web]}",
      'app/web.sls': 'include: [base_data, .ports, {other: {key: "deep:er"}}]\nv: web\n',
      'base_data.sls': 'v: base\nonly: 1',
      'app/ports.sls': 'port: 80',
      'other.sls': 'o: 1',
    })
    expect(await made.compile()).toEqual({ v: 'web', only: 1, port: 80, deep: { er: { o: 1 } } })
  })

  test('that include each other end', async () => {
    const made = tree({
      'top.sls': "base: {'*': [a]}",
      'a.sls': 'include: [b]\na: 1',
      'b.sls': 'include: [a]\nb: 1',
    })
    expect(await made.compile()).toEqual({ a: 1, b: 1 })
  })

  test('that are missing are told, unless that is fine', async () => {
    const made = tree({ 'top.sls': "base: {'*': [gone], 'm*': [{ignore_missing: true}, gone_too]}" })
    expect(await made.compile()).toEqual({
      _errors: ["Specified SLS 'gone' in environment 'base' is not available on the salt master"],
    })
  })

  test('that are no map, or include what is no list, are told', async () => {
    const made = tree({ 'top.sls': "base: {'*': [a, b]}", 'a.sls': '[1]', 'b.sls': 'include: x\nb: 1' })
    expect(await made.compile()).toEqual({
      b: 1,
      include: 'x',
      _errors: [
        "SLS 'a' does not render to a dictionary",
        "Include Declaration in SLS 'b' is not formed as a list",
      ],
    })
  })

  test('with a mistake: the minion learns where, the log what', async () => {
    const files = {
      'top.sls': "base: {'*': [a, b]}",
      'a.sls': 'ok: 1\nsecret: x\nsecret: y\n',
      'b.sls': 'b: 1',
    }
    const made = tree(files)
    expect(await made.compile()).toEqual({
      b: 1,
      _errors: ["Rendering SLS 'a' failed. Please see master log for details. (a.sls:3:1)"],
    })
    expect(made.logged).toEqual([
      `Rendering SLS 'a' failed, render error: ${made.path('a.sls')}:3:1: found conflicting ID 'secret'`,
    ])
    const open = tree(files, { safeRenderError: false })
    expect((await open.compile())['_errors']).toEqual([
      "Rendering SLS 'a' failed, render error:\na.sls:3:1: found conflicting ID 'secret'",
    ])
  })
})

describe('environments', () => {
  function withTwo() {
    const base = tree({ 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: base\nwhere: base' })
    const dev = tree({ 'top.sls': "dev: {'*': [b]}", 'b.sls': 'b: dev\nwhere: dev' })
    return tree({}, { roots: { dev: [dev.directory], base: [base.directory] } })
  }

  test('are merged, base first', async () => {
    expect(await withTwo().compile()).toEqual({ a: 'base', b: 'dev', where: 'dev' })
  })

  test('can be asked for alone', async () => {
    expect(await withTwo().compile('m1', {}, 'dev')).toEqual({ b: 'dev', where: 'dev' })
    expect(await withTwo().compile('m1', {}, 'none')).toEqual({})
  })

  test('the first directory that has a file wins', async () => {
    const [first, second] = [
      tree({ 'a.sls': 'a: 1' }),
      tree({ 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: 2' }),
    ]
    const made = tree({}, { roots: { base: [first.directory, second.directory] } })
    expect(await made.compile()).toEqual({ a: 1 })
  })
})

describe('a result', () => {
  const files = { 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: 1' }

  test('is the same object until grains that were asked for, or files, change', async () => {
    const made = tree(files)
    const grains = { os: 'Debian' }
    const first = await made.compile('m1', grains)
    expect(await made.compile('m1', grains)).toBe(first)
    expect(await made.compile('m1', { ...grains })).toBe(first)
    made.write('a.sls', 'a: 22')
    expect(await made.compile('m1', grains)).toEqual({ a: 22 })
  })

  test('is another one for another minion, and for another environment', async () => {
    const made = tree({ 'top.sls': 'base: {m1: [a], m2: [b]}', 'a.sls': 'a: 1', 'b.sls': 'b: 1' })
    const grains = {}
    expect(await made.compile('m1', grains)).toEqual({ a: 1 })
    expect(await made.compile('m2', grains)).toEqual({ b: 1 })
    expect(await made.compile('m1', grains, 'other')).toEqual({})
  })

  test('changes when a file comes that was missing, or goes', async () => {
    const made = tree({ ...files, 'top.sls': "base: {'*': [{ignore_missing: true}, a, later]}" })
    const grains = {}
    expect(await made.compile('m1', grains)).toEqual({ a: 1 })
    made.write('later.sls', 'later: 1')
    expect(await made.compile('m1', grains)).toEqual({ a: 1, later: 1 })
    rmSync(made.path('later.sls'))
    expect(await made.compile('m1', grains)).toEqual({ a: 1 })
  })

  test('with a mistake is read again each time', async () => {
    const made = tree({ ...files, 'a.sls': '[' })
    const grains = {}
    expect(await made.compile('m1', grains)).toHaveProperty('_errors')
    made.write('a.sls', 'a: 1')
    expect(await made.compile('m1', grains)).toEqual({ a: 1 })
  })
})

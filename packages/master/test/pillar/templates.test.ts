// SPDX-License-Identifier: Apache-2.0
import { symlinkSync } from 'node:fs'
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

/** A tree whose minions get `a.sls`. */
function giving(text: string, files: Readonly<Record<string, string>> = {}): PillarTree {
  return tree({ 'top.sls': "base: {'*': [a]}", 'a.sls': text, ...files })
}

describe('a template', () => {
  test('loops, and asks for the grains of its minion', async () => {
    const made = giving(
      "{% for n in range(3) %}\nk{{ n }}: {{ grains.os }}\n{% endfor %}\nid: {{ grains['id'] }}\n",
    )
    const expected = { k0: 'Debian', k1: 'Debian', k2: 'Debian', id: 'm1' }
    expect(await made.compile('m1', { os: 'Debian', id: 'm1' })).toEqual(expected)
  })

  test('is rendered for each minion', async () => {
    const made = giving('id: {{ opts.id }}\nos: {{ grains.os }}')
    const shared = { os: 'Arch' }
    expect(await made.compile('m1', shared)).toEqual({ id: 'm1', os: 'Arch' })
    expect(await made.compile('m2', shared)).toEqual({ id: 'm2', os: 'Arch' })
    expect(await made.compile('m1', { os: 'Debian' })).toEqual({ id: 'm1', os: 'Debian' })
  })

  test('cannot change what the next one sees', async () => {
    const change = '{% do grains.list.append(1) %}{% do grains.update({"os": "x"}) %}a: 1'
    const made = tree({
      'top.sls': "base: {'*': [a, b]}",
      'a.sls': change,
      'b.sls': 'b: {{ grains | json }}',
    })
    const grains = { os: 'Debian', list: [] }
    expect(await made.compile('m1', grains)).toEqual({ a: 1, b: { os: 'Debian', list: [] } })
    expect(grains).toEqual({ os: 'Debian', list: [] })
  })

  test('knows its place', async () => {
    const made = tree({
      'top.sls': "base: {'*': [web.app, web.db]}",
      'web/app/init.sls': 'app: [{{ sls }}, {{ slspath }}, {{ tpldir }}, {{ tplfile }}, {{ saltenv }}]',
      'web/db.sls': 'db: [{{ sls }}, {{ slspath }}, {{ tplroot }}, "{{ tplpath }}"]',
    })
    expect(await made.compile()).toEqual({
      app: ['web.app', 'web/app', 'web/app', 'web/app/init.sls', 'base'],
      db: ['web.db', 'web', 'web', made.path('web/db.sls')],
    })
  })

  test('sees the options of the master, the environment asked for, and a pillar that is still empty', async () => {
    const made = tree(
      {
        'top.sls': "base: {'*': [a]}",
        'a.sls': 'v: [{{ opts.interface }}, {{ pillarenv }}, {{ pillar | length }}]',
      },
      { opts: { interface: '0.0.0.0' } },
    )
    expect(await made.compile('m1', {}, 'base')).toEqual({ v: ['0.0.0.0', 'base', 0] })
    expect(await made.compile()).toEqual({ v: ['0.0.0.0', 'None', 0] })
  })

  test('may stand in a top file', async () => {
    const made = tree({
      'top.sls': "base:\n  '*':\n{% for r in grains.roles %}\n    - {{ r }}\n{% endfor %}\n",
      'web.sls': 'web: 1',
      'db.sls': 'db: 1',
    })
    expect(await made.compile('m1', { roles: ['web'] })).toEqual({ web: 1 })
    expect(await made.compile('m2', { roles: ['db', 'web'] })).toEqual({ db: 1, web: 1 })
  })

  test('gives data to what it includes', async () => {
    const made = giving('include: [{b: {key: x, defaults: {port: 80}}}]\n', { 'b.sls': 'port: {{ port }}' })
    expect(await made.compile()).toEqual({ x: { port: 80 } })
  })

  test('gives it on to the files below and to those that are named after, as in Salt', async () => {
    const made = giving('include: [b, {c: {defaults: {port: 80}}}, b2, {e: {key: ""}}]\n', {
      'b.sls': 'b: {{ port | default("none") }}',
      'b2.sls': 'b2: {{ port | default("none") }}',
      'c.sls': 'include: [d]\nc: {{ port }}',
      'd.sls': 'd: {{ port }}',
      'e.sls': 'e: {{ port | default("none") }}',
    })
    expect(await made.compile()).toEqual({ b: 'none', c: 80, d: 80, b2: 80, e: 'none' })
  })

  test('calls the functions that a master has', async () => {
    const made = giving(
      "a: {{ salt['grains.get']('net:ip', 'none') }}\nb: {{ salt.grains.get('net:x', 'none') }}\nc: {{ salt['pillar.get']('q', default=7) }}\n",
    )
    expect(await made.compile('m1', { net: { ip: '10.0.0.1' } })).toEqual({ a: '10.0.0.1', b: 'none', c: 7 })
  })
})

describe('the first line', () => {
  test.each([
    ['#!yaml\na: "{{ x }}"', { a: '{{ x }}' }],
    ['#!json\n{"a": 1}', { a: 1 }],
    ['#!jinja|json\n{"a": {{ 1 + 1 }}}', { a: 2 }],
    ['#!jinja|yaml\na: {{ 1 + 1 }}', { a: 2 }],
  ])('%j', async (text, pillar) => {
    expect(await giving(text).compile()).toEqual(pillar)
  })

  test('names a renderer that is not there', async () => {
    const made = giving('#!mako|yaml\na: 1')
    expect(await made.compile()).toEqual({
      _errors: ["Rendering SLS 'a' failed. Please see master log for details. (a.sls)"],
    })
    expect(made.logged[0]).toMatch(/the renderer 'mako' cannot be used: it needs Python/)
  })
})

describe('other files', () => {
  test('are included and imported below the roots, and count when they change', async () => {
    const made = giving(
      [
        "{% import_yaml 'data/users.yaml' as users %}",
        "{% from './lib.jinja' import port %}",
        'users: {{ users | json }}',
        'port: {{ port(80) }}',
        "{% include 'more.txt' %}",
      ].join('\n'),
      {
        'data/users.yaml': 'ann: 1000\n',
        'lib.jinja': '{% macro port(n) %}{{ n + 8000 }}{% endmacro %}',
        'more.txt': 'os: {{ grains.os }}',
      },
    )
    const grains = { os: 'Debian' }
    expect(await made.compile('m1', grains)).toEqual({ users: { ann: 1000 }, port: 8080, os: 'Debian' })
    made.write('data/users.yaml', 'bob: 10\n')
    expect(await made.compile('m1', grains)).toMatchObject({ users: { bob: 10 } })
  })

  test('that are missing count when they come', async () => {
    const made = giving("a: 1\n{% include 'later.sls' ignore missing %}")
    const grains = {}
    expect(await made.compile('m1', grains)).toEqual({ a: 1 })
    made.write('later.sls', 'b: 2')
    expect(await made.compile('m1', grains)).toEqual({ a: 1, b: 2 })
  })

  test('come from the environment of the file', async () => {
    const dev = tree({ 'top.sls': "dev: {'*': [b]}", 'b.sls': "{% include 'x.txt' %}", 'x.txt': 'x: dev' })
    const base = tree({ 'x.txt': 'x: base' })
    const made = tree({}, { roots: { base: [base.directory], dev: [dev.directory] } })
    expect(await made.compile()).toEqual({ x: 'dev' })
  })

  test.each([
    '../secret.txt',
    '../../secret.txt',
    '/../secret.txt',
    'x/../../secret.txt',
    'salt://../secret.txt',
    '/etc/passwd',
  ])('outside the roots are out of reach: %s', async (path) => {
    const outer = tree({
      'inner/top.sls': "base: {'*': [a]}",
      'inner/a.sls': `v: {% include '${path}' %}\n`,
      'secret.txt': 'secret',
    })
    const made = tree({}, { roots: { base: [outer.path('inner')] } })
    const pillar = await made.compile()
    expect(Object.keys(pillar)).toEqual(['_errors'])
    expect(made.logged[0]).toMatch(/Rendering SLS 'a' failed/)
  })

  test('are not reached through a link', async (ctx) => {
    ctx.skip(process.platform === 'win32', 'links need a privilege on Windows')
    const outside = tree({ 'secret.txt': 'secret' })
    const made = giving("a: {% include 'link.txt' %}\n")
    const grains = {}
    symlinkSync(outside.path('secret.txt'), made.path('link.txt'))
    expect(await made.compile('m1', grains)).toEqual({ _errors: [expect.stringContaining('(a.sls:1:')] })
    expect(made.logged[0]).toMatch(/link\.txt is refused/)
  })
})

describe('an error', () => {
  test('shows file and line to the minion, the rest to the log', async () => {
    const made = giving('ok: 1\npassword: {{ nope.x }}\n')
    expect(await made.compile()).toEqual({
      _errors: [
        expect.stringMatching(
          /^Rendering SLS 'a' failed\. Please see master log for details\. \(a\.sls:2:\d+\)$/,
        ),
      ],
    })
    expect(made.logged[0]).toMatch(
      /Rendering SLS 'a' failed, render error: Jinja variable 'nope' is undefined; line 2/,
    )
  })

  test('is shown whole where the settings say so, but not where the roots lie', async () => {
    const made = tree(
      {
        'top.sls': "base: {'*': [a]}",
        'a.sls': "{% import 'lib.jinja' as lib %}\n",
        'lib.jinja': '\n{% if %}',
      },
      { safeRenderError: false },
    )
    const [error] = (await made.compile())['_errors'] as string[]
    expect(error).toMatch(
      /^Rendering SLS 'a' failed, render error:\nJinja syntax error: [\s\S]*lib\.jinja\(2\)/,
    )
    expect(error).not.toContain(made.directory)
  })

  test('in the YAML that a template gives is placed there', async () => {
    const made = giving('{% for n in range(2) %}\nk: {{ n }}\n{% endfor %}')
    const { _errors: errors } = await made.compile()
    expect(errors).toEqual([expect.stringMatching(/\(a\.sls:\d+:\d+ of the rendered text\)$/)])
    expect(made.logged[0]).toContain("found conflicting ID 'k'")
  })

  test('in a top file costs that file', async () => {
    const made = tree({ 'top.sls': "base:\n  '*': [{{ nope }}]\n" })
    expect(await made.compile()).toEqual({
      _errors: [
        expect.stringMatching(
          /^Rendering Primary Top file failed, render error:\nJinja variable 'nope' is undefined; line 2/,
        ),
      ],
    })
  })

  test.each([
    "salt['cmd.run']('id')",
    "salt.cmd.run('id')",
    "salt['cmd.run']",
    "salt.get('x') ~ salt.cmd.run",
  ])('names the function that a master does not have: %s', async (expression) => {
    const made = giving(`a: {{ ${expression} }}`)
    expect(await made.compile()).toHaveProperty('_errors')
    expect(made.logged[0]).toContain("'cmd.run' is not available: in pillar, templates have grains.get, ")
  })

  test('does not come of asking whether there is a function', async () => {
    const made = giving(
      "a: {{ 'cmd.run' in salt }}\nb: {{ salt['cmd.run'] is defined }}\nc: {{ salt.get('cmd.run', 'other') }}\nd: {{ 'grains.get' in salt }}",
    )
    expect(await made.compile()).toEqual({ a: false, b: false, c: 'other', d: true })
  })

  test('is not made again until a file changes', async () => {
    const made = giving('a: {{ nope }}')
    const grains = {}
    expect(await made.compile('m1', grains)).toBe(await made.compile('m1', grains))
    expect(made.logged).toHaveLength(1)
    made.write('a.sls', 'a: {{ 1 }}')
    expect(await made.compile('m1', grains)).toEqual({ a: 1 })
  })
})

describe('a hostile template ends', () => {
  test.each([
    [
      'loops in loops',
      '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}',
      /runs (?:more|longer) than/,
    ],
    [
      'a macro that calls itself',
      '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
      /recursion depth exceeded/,
    ],
    ['a file that includes itself', "{% include 'a.sls' %}", /recursion depth exceeded/],
    ['a long text', "a: {{ 'x' * 999999999 }}", /larger than|longer than/],
    [
      'a text that doubles',
      "{% set ns = namespace(t='xxxxxxxx') %}{% for n in range(99) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
      /larger than/,
    ],
    [
      'a long result',
      "a: [{% for n in range(90000) %}{{ 'x' * 99 }}, {% endfor %}]",
      /longer than|larger than/,
    ],
    [
      'aliases of what it made',
      'a0: &a0 [x]\n{% for n in range(1, 40) %}\na{{ n }}: &a{{ n }} [*a{{ n - 1 }}, *a{{ n - 1 }}]\n{% endfor %}',
      /over the limit|more than \d+ values/,
    ],
    ['a power', 'a: {{ 9 ** 999999999 }}', /./],
    ['the world outside', "a: {{ ''.constructor.constructor('return process')() }}", /./],
  ])('%s', async (_what, text, why) => {
    const made = tree({ 'top.sls': "base: {'*': [a, good]}", 'a.sls': text, 'good.sls': 'good: {{ 1 }}' })
    const { _errors: errors, ...pillar } = await made.compile()
    expect(pillar).toEqual({ good: 1 })
    expect(errors).toHaveLength(1)
    expect(made.logged[0]).toMatch(why)
  })

  test('and others are served between', async () => {
    const slow = '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}'
    const made = tree({
      'top.sls': 'base: {bad: [s1, s2, s3], good: [good]}',
      's1.sls': slow,
      's2.sls': slow,
      's3.sls': slow,
      'good.sls': 'good: {{ 1 }}',
    })
    const order: string[] = []
    const bad = made.compile('bad').then(() => order.push('bad'))
    const good = made.compile('good').then(() => order.push('good'))
    await Promise.all([bad, good])
    expect(order).toEqual(['good', 'bad'])
  })
})

// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf, shortOf } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless()
})
afterEach(() => machine[Symbol.dispose]())

describe('no_log', () => {
  const sls = `
fails: {cmd.run: [name: "echo sesame; exit 3", no_log: true]}
works: {test.succeed_with_changes: [name: sesame, no_log: true]}
many: {test.nop: [names: [sesame1, sesame2], no_log: true]}
skipped: {test.nop: [name: sesame, no_log: true, require: [cmd: fails]]}
plain: test.nop
`

  test('hides name, comment and the texts of changes, also in the log', () => {
    machine.write({ 'roots/one.sls': sls })
    const { stdout, stderr } = machine.run(['state.apply', 'one', '-l', 'info'])
    expect(stdout).not.toContain('sesame')
    expect(stderr).not.toContain('sesame')
    expect(stdout).toContain('Succeeded: 4 (changed=2)\nFailed:    2')
  })

  test('keys, numbers and truth values stay', async () => {
    machine.write({ 'roots/one.sls': sls })
    const results = resultsOf(await machine.call('state.apply', ['one']))
    const byKey = Object.fromEntries(
      results.map((one) => (typeof one === 'string' ? [one, one] : [one.key, one])),
    )
    expect(byKey['cmd_|-fails_|-**********_|-run']).toMatchObject({
      result: false,
      comment: '**********',
      changes: { retcode: 3, stdout: '**********', stderr: '' },
    })
    expect(Object.keys(byKey)).toContain('test_|-many_|-**********_|-nop')
    expect(Object.keys(byKey)).toContain('test_|-many_|-********** (2)_|-nop')
    expect(byKey['test_|-plain_|-plain_|-nop']).toMatchObject({ comment: 'Success!' })
  })
})

test('cmd.run and cmd.script run with what they do not take, and say so', async () => {
  machine.write({
    'roots/one.sls': `
run: {cmd.run: [name: echo hi, user: root, aggregate: true, stdin: x]}
script: {cmd.script: [name: "salt://hi.sh", user: root]}
`,
    'roots/hi.sh': '#!/bin/sh\necho hi\n',
  })
  const warnings = ["'user' is not an argument of a command and was not used"]
  const { return: results } = await machine.call('state.apply', ['one'])
  expect(Object.values(results as object)).toMatchObject([
    { result: true, changes: { stdout: 'hi' }, warnings },
    { result: true, changes: { stdout: 'hi' }, warnings },
  ])
})

describe('localconfig', () => {
  const sls =
    "a: {test.show_notification: [text: \"{{ opts['own'] }} {{ salt['config.get']('own') }}\"]}\nb: test.succeed_with_changes\n"

  test('its options win for this call', async () => {
    machine.write({ 'own.yml': 'own: value\ntest: true\n', 'roots/one.sls': sls })
    const outcome = await machine.call('state.apply', [
      'one',
      { __kwarg__: true, localconfig: machine.path('own.yml') },
    ])
    expect(resultsOf(outcome)).toMatchObject([{ comment: 'value value' }, { result: null }])
  })

  test.each([
    ['missing', undefined, 'there is no file'],
    ['no map', '- a\n', 'is no map of options'],
    ['no YAML', 'a: [\n', 'own.yml'],
  ])('%s: said so', async (_, text, message) => {
    if (text !== undefined) machine.write({ 'own.yml': text })
    machine.write({ 'roots/one.sls': 'a: test.nop\n' })
    const outcome = await machine.call('state.apply', [
      'one',
      { __kwarg__: true, localconfig: machine.path('own.yml') },
    ])
    expect(outcome.retcode).not.toBe(0)
    expect(String(outcome.return)).toContain(message)
  })
})

describe('provider', () => {
  /** Two modules that answer to `tool`; the first of them loads. */
  function writeProviders(): Record<string, unknown> {
    const site = machine.path('site')
    mkdirSync(`${site}/modules`, { recursive: true })
    for (const name of ['atool', 'btool']) {
      const text = `export default ({ defineModule, fn }) => defineModule({ name: '${name}', virtual: 'tool', doc: 'A tool.', functions: {
        name: fn({ doc: 'Say who it is.', examples: ["salt '*' tool.name"], args: {}, run: () => '${name}' }) } })\n`
      writeFileSync(`${site}/modules/${name}.mjs`, text)
    }
    return { module_dirs: [site] }
  }

  test('chooses which module answers to a virtual name for one state', () => {
    machine.write({
      'roots/one.sls': `
before: {module.run: [tool.name: []]}
chosen: {module.run: [tool.name: [], provider: {tool: btool}]}
listed: {module.run: [tool.name: [], provider: [tool: btool]]}
after: {module.run: [tool.name: []]}
`,
    })
    const results = machine.saltCall(['state.apply', 'one'], writeProviders()) as Record<
      string,
      { comment: string }
    >
    const comments = Object.values(results).map(({ comment }) => comment)
    expect(comments.map((comment) => comment.replace('tool.name: ', ''))).toEqual([
      'atool',
      'btool',
      'btool',
      'atool',
    ])
  })

  test('is no argument of the function', async () => {
    const outcome = await machine.apply(
      'a: {cmd.run: [name: "true", provider: cmdmod]}\nb: {environ.setenv: [name: X, value: "1", provider: x]}\n',
    )
    expect(shortOf(outcome)).toEqual(['a: true', 'b: true'])
  })
})

test('mock: no state function is called, conditions are asked', async () => {
  const [touched, asked] = [machine.path('touched'), machine.path('asked')]
  const sls = `a: {cmd.run: [name: "touch ${touched}", onlyif: "touch ${asked}"]}\nb: test.fail_without_changes\n`
  const outcome = await machine.apply(sls, { mock: true })
  expect(resultsOf(outcome)).toMatchObject([
    { result: true, comment: 'Not called, mocked', changes: {} },
    { result: true, comment: 'Not called, mocked' },
  ])
})

describe('reload_grains, reload_pillar, reload_modules', () => {
  test('the next state sees what the one before has changed', async () => {
    machine.write({
      'pillar/top.sls': "base: {'*': [own]}\n",
      'pillar/own.sls': 'value: old\n',
    })
    const sls = `
change:
  cmd.run:
    - name: "echo 'value: new' > ${machine.path('pillar/own.sls')}"
    - reload_pillar: true
sees: {test.show_notification: [text: "__slot__:salt:pillar.get(value)"]}
grain: {grains.present: [name: colour, value: green, reload_grains: true]}
sees-grain: {test.show_notification: [text: "__slot__:salt:grains.get(colour)"]}
`
    machine.write({ 'roots/one.sls': sls })
    const results = machine.saltCall(['state.apply', 'one']) as Record<string, { comment: string }>
    const comments = Object.values(results).map(({ comment }) => comment)
    expect([comments[1], comments[3]]).toEqual(['new', 'green'])
  })
})

describe('state.graph', () => {
  const sls = `
a: {test.nop: [name: 'quote " and \\']}
b: {test.nop: [require: [test: a]]}
c: {test.nop: [watch: [test: 'b*'], require_in: [test: d]]}
d: {test.nop: [onchanges_any: [test: a]]}
e: {test.nop: [prereq: [test: d]]}
`

  test('shows each state and which runs after which', async () => {
    machine.write({ 'roots/one.sls': sls })
    const { return: text } = await machine.call('state.graph', ['one'])
    expect(String(text).split('\n')).toEqual([
      'digraph G {',
      String.raw`  "test_|-a_|-quote \" and \\_|-nop" [label="test.nop\na\n(quote \" and \\)"];`,
      ...['b', 'c', 'd', 'e'].map((id) => `  "test_|-${id}_|-${id}_|-nop" [label="test.nop\\n${id}"];`),
      String.raw`  "test_|-a_|-quote \" and \\_|-nop" -> "test_|-b_|-b_|-nop" [label="require"];`,
      '  "test_|-b_|-b_|-nop" -> "test_|-c_|-c_|-nop" [label="watch"];',
      '  "test_|-c_|-c_|-nop" -> "test_|-d_|-d_|-nop" [label="require"];',
      String.raw`  "test_|-a_|-quote \" and \\_|-nop" -> "test_|-d_|-d_|-nop" [label="onchanges_any"];`,
      '  "test_|-e_|-e_|-nop" -> "test_|-d_|-d_|-nop" [label="prereq"];',
      '}',
    ])
    machine.write({ 'roots/top.sls': "base: {'*': [one]}\n" })
    expect((await machine.call('state.graph_highstate')).return).toBe(text)
  })

  test('errors of the sls files are returned as by state.show_sls', async () => {
    machine.write({ 'roots/one.sls': 'a: {test.nop: [' })
    const outcome = await machine.call('state.graph', ['one'])
    expect(outcome.retcode).toBe(1)
    expect(resultsOf(outcome)[0]).toContain('one')
  })
})

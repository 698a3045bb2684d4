// SPDX-License-Identifier: Apache-2.0
// What a person reads when a tree of states is wrong: Salt's text, the place with the lines around it, who included it, the next step.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless()
})
afterEach(() => machine[Symbol.dispose]())

const errorsOf = async (sls: string): Promise<unknown> => {
  const outcome = await machine.apply(sls)
  expect(outcome.retcode).toBe(1)
  return outcome.return
}

describe('YAML that cannot be read', () => {
  test('is shown with its place, as far as the file was written so', async () => {
    expect(await errorsOf('#!yaml\na:\n\ttest.nop: []\n')).toEqual([
      [
        "Rendering SLS 'base:one' failed: found character that cannot start any token: a tab cannot indent a line; use blanks",
        '',
        '---',
        '',
        'a:',
        '\ttest.nop: []    <======================',
        '^',
        '',
        '---',
        'in salt://one.sls, line 3, column 1',
      ].join('\n'),
    ])
  })

  test('is shown as the template made it, which says so', async () => {
    const sls = "{% for n in ['x', 'y'] %}\n{{ n }}:\n  test.nop:\n    - a: 1\n   - b: 2\n{% endfor %}\n"
    expect(await errorsOf(sls)).toEqual([
      [
        "Rendering SLS 'base:one' failed: while parsing a block mapping",
        'did not find expected key: block sequence entries are not allowed in this context',
        '',
        '---',
        '[...]',
        '  test.nop:',
        '    - a: 1',
        '   - b: 2    <======================',
        '   ^',
        '',
        'y:',
        '[...]',
        '---',
        'in salt://one.sls, line 5, column 4 of the rendered text',
      ].join('\n'),
    ])
  })

  test('an id that stands twice is named', async () => {
    const [text] = (await errorsOf('a: {test.nop: []}\na: {test.nop: []}\n')) as string[]
    expect(text).toContain("Rendering SLS 'base:one' failed: found conflicting ID 'a'")
    expect(text).toContain('a: {test.nop: []}    <===')
    expect(text).toContain('in salt://one.sls, line 2, column 1')
  })
})

test('a template that fails names who included it, and what to do', async () => {
  machine.write({ 'roots/web/conf.sls': 'a:\n  test.nop:\n    - name: {{ nope }}\n' })
  machine.write({ 'roots/web/init.sls': 'include: [.conf]\n' })
  const [text] = (await errorsOf('include: [web]\n')) as string[]
  expect(text).toContain("Rendering SLS 'base:web.conf' failed: Jinja variable 'nope' is undefined; line 3")
  expect(text).toContain(
    'in salt://web/conf.sls, included by web, which is included by one\nCorrect the name',
  )
})

test.each([
  ['an sls that is missing', 'include: [nope]\n', 'Specified SLS nope in saltenv base is not available'],
  ['a pillar key that is missing', "a: {test.nop: [name: {{ pillar['k']['x'] }}]}\n", "no attribute 'k'"],
  ['a tag that is not closed', 'a: test.nop\n{% if x %}\n', "'elif' or 'else' or 'endif'"],
  [
    'requisites in a circle',
    'a: {test.nop: [require: [test: b]]}\nb: {test.nop: [require: [test: a]]}\n',
    'A recursive requisite was found, SLS "one" ID "b" ID "a"',
  ],
])('%s', async (_case, sls, text) => {
  expect(String(await errorsOf(sls))).toContain(text)
})

test.each([
  ['a requisite that is missing', 'a: {test.nop: [require: [file: nope]]}\n', 'file: nope'],
  ['a state that is unknown', 'a: file.manged\n', "Did you mean 'file.managed'?"],
  [
    'an argument that is unknown',
    'a: {file.touch: [mtimes: 1]}\n',
    "'mtimes' is an invalid keyword argument",
  ],
  [
    'a file that is missing',
    'a: {file.managed: [name: /nowhere/x, source: salt://nope]}\n',
    "Source file salt://nope not found in saltenv 'base'",
  ],
])('%s fails its state', async (_case, sls, text) => {
  const outcome = await machine.apply(sls)
  expect(outcome.retcode).not.toBe(0)
  expect(resultsOf(outcome)).toMatchObject([{ result: false, comment: expect.stringContaining(text) }])
})

test('an argument that looks like a slip is told where the function takes all', async () => {
  const file = machine.path('x')
  const outcome = await machine.apply(`${file}: {file.managed: [contnts: a, user_data: b]}\n`)
  const [result] = Object.values(outcome.return as object)
  expect(result).toMatchObject({
    result: true,
    warnings: ["'contnts' is not an argument of file.managed. Did you mean 'contents'?"],
  })
})

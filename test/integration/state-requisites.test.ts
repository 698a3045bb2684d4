// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Masterless, resultsOf, shortOf } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless()
})
afterEach(() => machine[Symbol.dispose]())

test('use and use_in: a state has the arguments of another, and its own where both say something', async () => {
  const note = (text: string, more = '') => `{test.show_notification: [text: ${text}${more}]}`
  const sls = `
a: ${note('of a', ', {use_in: [{test: c}]}')}
b: {test.show_notification: [use: [{test: a}]]}
c: {test.show_notification: []}
d: ${note('of d', ', {use: [{test: a}]}')}
`
  const comments = resultsOf(await machine.apply(sls)).map((one) =>
    typeof one === 'string' ? one : one.comment,
  )
  expect(comments).toEqual(['of a', 'of a', 'of a', 'of d'])
})

test('onfail_stop: a failure that others handled does not fail the run', async () => {
  const sls = (stop: boolean) => `
bad: test.fail_without_changes
heal: {test.nop: [onfail: [{test: bad}], onfail_stop: ${stop}]}
`
  expect((await machine.apply(sls(true))).retcode).toBe(2)
  const handled = await machine.apply(sls(false))
  expect(handled.retcode).toBe(0)
  expect(shortOf(handled)).toEqual(['bad: false', 'heal: true'])
})

test('onfail_all: runs only when all that it names failed', async () => {
  const sls = (second: string) => `
one: test.fail_without_changes
two: test.${second}
both: {test.succeed_with_changes: [onfail_all: [{test: one}, {test: two}]]}
`
  const commentOfBoth = async (second: string) => resultsOf(await machine.apply(sls(second)))[2]
  expect(await commentOfBoth('fail_without_changes')).toMatchObject({ comment: 'Success!' })
  expect(await commentOfBoth('nop')).toMatchObject({ changes: {}, result: true })
})

test('cmd_opts_exclude: the conditions of a command run without what it names', async () => {
  const sls = (more: string) => `a: {cmd.run: [name: pwd, cwd: /tmp, onlyif: 'test "$PWD" = /tmp'${more}]}\n`
  expect(resultsOf(await machine.apply(sls('')))).toMatchObject([{ changes: { stdout: '/tmp' } }])
  const [without] = resultsOf(await machine.apply(sls(', cmd_opts_exclude: cwd')))
  expect(without).toMatchObject({ comment: 'onlyif condition is false', changes: {} })
})

test('retry: a state is tried again until it has the result that is asked for', async () => {
  const path = machine.path('tries')
  const sls = `a: {cmd.run: [name: 'echo x >> ${path}; test $(wc -l < ${path}) = 3', retry: {attempts: 5, interval: 0}]}\n`
  const [row] = resultsOf(await machine.apply(sls))
  expect(row).toMatchObject({
    result: true,
    comment: expect.stringContaining('Attempt 2: Returned a result'),
  })
})

// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Masterless } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless()
})
afterEach(() => machine[Symbol.dispose]())

test('an include that names nothing is no list, and says so', async () => {
  machine.write({ 'roots/one.sls': 'include:\na:\n  test.nop: []\n' })
  const { return: low } = await machine.call('state.show_low_sls', ['one'])
  expect(low).toEqual([
    'Include Declaration in SLS one is not formed as a list',
    'ID include in SLS one is not a dictionary',
  ])
})

test('what is no declaration ends the compilation when another file includes it', async () => {
  machine.write({ 'roots/one.sls': 'include:\n  - two\n', 'roots/two.sls': 'x: 5\na:\n  test.nop: []\n' })
  expect(await machine.call('state.show_low_sls', ['one'])).toMatchObject({
    retcode: 1,
    return: expect.stringContaining('ID x in SLS two is not a dictionary'),
  })
})

test('text whose lines begin with blanks passes through the filter yaml', async () => {
  const text = "main '$a '\n      '$b'\n c"
  machine.write({
    'roots/one.sls': `{% set x = ${JSON.stringify(text)} %}\na:\n  test.nop:\n    - x: {{ {'v': x} | yaml }}\n`,
  })
  const { return: low } = await machine.call('state.show_low_sls', ['one'])
  expect(low).toMatchObject([{ x: { v: text } }])
})

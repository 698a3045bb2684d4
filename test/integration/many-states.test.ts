// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { Masterless } from './fixtures/masterless.ts'

test('100,000 states, each behind the one before it, run to the end', { timeout: 240_000 }, () => {
  using machine = new Masterless()
  const lines = Array.from({ length: 100_000 }, (_, place) =>
    place === 0 ? 's0: test.nop' : `s${place}: {test.nop: [require: [test: s${place - 1}]]}`,
  )
  machine.write({ 'roots/one.sls': lines.join('\n') })
  const { stdout } = machine.run(['state.apply', 'one', '--state-verbose=False'])
  expect(stdout).toMatch(/Succeeded: 100000\nFailed: {9}0\n/)
})

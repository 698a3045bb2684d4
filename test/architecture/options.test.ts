// SPDX-License-Identifier: Apache-2.0
import { optionRows } from '@halite/core'
import { test } from 'vitest'
import { isNotUsedYet } from '../../packages/core/src/options/not-used-yet.ts'
import { expectNone } from './expect-none.ts'
import { filesUnder, packageNames, textOf } from './sources.ts'

const roles = ['master', 'minion'] as const

/** Options whose effect no test sees yet, and why. A row goes with the test; none comes without a reason. */
const unseen: Readonly<Record<string, string>> = {
  zmq_backlog: 'how many connections the system queues cannot be seen from outside',
  pub_hwm: 'what a slow subscriber loses depends on the buffers of the system',
  minion_jid_queue_hwm: 'no less than 1000 jids are remembered, and no test sends as many',
  request_channel_timeout: 'a minute by default, and asked of every request alike',
}

const options = roles.flatMap((role) =>
  [...optionRows(role).keys()].filter((name) => !isNotUsedYet(role, name)),
)
const names = [...new Set(options)].sort()

/** Tests of effects: those of the option files themselves only see that a value is read. */
const tests = [...packageNames().map((name) => `packages/${name}/test`), 'test']
  .flatMap((folder) => filesUnder(folder, /\.(ts|mjs|yaml)$/))
  .filter((path) => !/test\/architecture\/options|not-used-yet|restart-options/.test(path))

test('what each option does is seen by a test', () => {
  const text = tests.map(textOf).join('\n')
  const untested = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))
  expectNone(
    'Name these options in a test of what they do',
    untested.filter((name) => unseen[name] === undefined),
  )
  expectNone(
    'A test names these options now: take their rows out of `unseen`',
    Object.keys(unseen).filter((name) => !untested.includes(name)),
  )
})

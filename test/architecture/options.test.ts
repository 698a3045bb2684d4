// SPDX-License-Identifier: Apache-2.0
import { optionRows } from '@halite/core'
import { test } from 'vitest'
import { isNotUsedYet } from '../../packages/core/src/options/not-used-yet.ts'
import { expectNone } from './expect-none.ts'
import { filesUnder, packageNames, textOf } from './sources.ts'

const roles = ['master', 'minion'] as const

const options = roles.flatMap((role) =>
  [...optionRows(role).keys()].filter((name) => !isNotUsedYet(role, name)),
)
const names = [...new Set(options)].sort()

/** Tests of effects: those of the option files themselves only see that a value is read. */
const tests = [...packageNames().map((name) => `packages/${name}/test`), 'test']
  .flatMap((folder) => filesUnder(folder, /\.(ts|mjs|yaml)$/))
  .filter(
    (path) => !/test\/architecture\/options|not-used-yet|options\/restrictions|restart-options/.test(path),
  )

test('what each option does is seen by a test', () => {
  const text = tests.map(textOf).join('\n')
  const untested = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))
  expectNone('Name these options in a test of what they do', untested)
})

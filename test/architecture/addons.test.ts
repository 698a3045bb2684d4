// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { zeromqBuilds } from '../../scripts/build/native-addons.mjs'
import { expectNone } from './expect-none.ts'
import { root } from './sources.ts'

test('the builds of zeromq that the bundle loads directly are where it looks', () => {
  const gone = Object.values(zeromqBuilds).filter(
    (build) => !existsSync(join(root, 'node_modules/zeromq/build', build, 'addon.node')),
  )
  expectNone('Not in node_modules/zeromq/build', gone)
  expect(Object.keys(zeromqBuilds)).toContain('linux-x64-glibc')
})

// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest'
import { staleFiles } from '../../scripts/generate.mjs'
import { expectNone } from './expect-none.ts'

test('generated files are what the sources say', async () => {
  expectNone('Run `npm run generate` and commit the result', await staleFiles())
}, 120_000)

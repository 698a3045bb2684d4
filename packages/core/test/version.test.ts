// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { version } from '@halite/core'
import { expect, it } from 'vitest'

it('is the version of the release', () => {
  const lerna: unknown = JSON.parse(readFileSync(new URL('../../../lerna.json', import.meta.url), 'utf8'))
  expect(lerna).toMatchObject({ version })
})

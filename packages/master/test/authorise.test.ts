// SPDX-License-Identifier: Apache-2.0
import { userInfo } from 'node:os'
import { loadOptions, type MasterOptions } from '@halite/core'
import { describe, expect, it } from 'vitest'
import { authoriser, type Wish } from '../src/authorise.ts'

const options: MasterOptions = {
  ...loadOptions('master', { configDir: '/nonexistent', env: {} }).options,
  user: 'salt',
}
const kinds: readonly Wish['kind'][] = ['publish', 'runner', 'wheel', 'read']

describe('who may do what', () => {
  it.each(kinds)('lets the users who own the master %s', (kind) => {
    for (const user of ['root', 'salt', userInfo().username]) {
      expect(() => authoriser(options)({ user, kind, fun: 'test.ping' })).not.toThrow()
    }
  })

  it.each(kinds)('refuses everybody else to %s', (kind) => {
    for (const user of ['', 'nobody', 'Root', 'root ', 'salt\0', '__proto__', '*']) {
      expect(() => authoriser(options)({ user, kind, fun: 'test.ping' })).toThrow(
        expect.objectContaining({ code: 'REQUEST_DENIED' }),
      )
    }
  })
})

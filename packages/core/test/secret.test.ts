// SPDX-License-Identifier: Apache-2.0
import { format, inspect } from 'node:util'
import { Secret } from '@halite/core'
import { describe, expect, it } from 'vitest'

describe('Secret', () => {
  const secret = new Secret('hunter2')

  it('gives its value to who asks for it', () => {
    expect(secret.reveal()).toBe('hunter2')
    expect(new Secret({ a: 1 }).reveal()).toEqual({ a: 1 })
  })

  it.each([
    ['text', () => `${secret}`],
    ['JSON', () => JSON.stringify({ secret })],
    ['inspect', () => inspect({ deep: [secret] }, { depth: 9, showHidden: true })],
    ['format', () => format('%s %o %j', secret, secret, secret)],
    ['its own keys', () => JSON.stringify(Object.getOwnPropertyNames(secret))],
    ['a copy', () => JSON.stringify({ ...secret })],
  ])('does not show in %s', (_, shown) => {
    expect(shown()).not.toContain('hunter2')
  })
})

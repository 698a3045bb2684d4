// SPDX-License-Identifier: Apache-2.0
import { ResourceStack } from '@halite/core'
import { expect, it } from 'vitest'

it('releases each resource once, the last one first, and waits for it', async () => {
  const stack = new ResourceStack()
  const released: string[] = []
  const later = async (name: string) => {
    await Promise.resolve()
    released.push(name)
  }
  expect(stack.add('lock', later)).toBe('lock')
  stack.add('store', later)
  stack.defer(() => released.push('deferred'))
  await stack.release()
  await stack.release()
  expect(released).toEqual(['deferred', 'store', 'lock'])
})

it('releases the rest when one fails, and rejects with the first failure', async () => {
  const stack = new ResourceStack()
  const released: string[] = []
  const fails = (name: string) => {
    throw new Error(name)
  }
  stack.add('lock', (name) => released.push(name))
  stack.add('second', fails)
  stack.add('first', fails)
  await expect(stack.release()).rejects.toThrow('first')
  expect(released).toEqual(['lock'])
})

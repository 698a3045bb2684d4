// SPDX-License-Identifier: Apache-2.0
import { WaitingTogether } from '@halite/core'
import { expect, test } from 'vitest'

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers() {
  let resolve: () => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<void>((...both) => {
    ;[resolve, reject] = both
  })
  return { promise, resolve, reject }
}

function waiting() {
  const told: string[] = []
  const together = new WaitingTogether<string>({
    onResolved: (one) => told.push(`${one} resolved`),
    onRejected: (one, error) => told.push(`${one} rejected: ${(error as Error).message}`),
  })
  return { told, together }
}

test('all that wait for a promise are told when it settles, in order, and of no other', async () => {
  const { told, together } = waiting()
  const shared = withResolvers()
  const failing = withResolvers()
  for (const one of ['a', 'b']) together.add(shared.promise, one)
  together.add(failing.promise, 'c')
  shared.resolve()
  await shared.promise
  expect(told).toEqual(['a resolved', 'b resolved'])
  failing.reject(new Error('no space left'))
  await failing.promise.catch(() => undefined)
  expect(told.slice(2)).toEqual(['c rejected: no space left'])
})

test('one that is added while, or after, others are told is told as well', async () => {
  const { told, together } = waiting()
  const settled = Promise.resolve()
  together.add(settled, 'a')
  await settled
  together.add(settled, 'b')
  await settled
  expect(told).toEqual(['a resolved', 'b resolved'])
})

// SPDX-License-Identifier: Apache-2.0
import { encodeRequest, requestHead } from '@halite/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test('number and name of a request are read without its load', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), fc.string({ maxLength: 64 }), (number, name) => {
      const body = encodeRequest({ number, name, load: { a: [1, 2, 3] } })
      const head = requestHead(body)
      // A name of more than 255 bytes is not a name; the head is right about all others.
      expect(head).toEqual(Buffer.byteLength(name) > 255 ? undefined : { number, name })
    }),
  )
})

test('what does not begin as a request has no head, wherever it was cut', () => {
  const body = encodeRequest({ number: 70_000, name: '_minion_event', load: {} })
  for (let length = 0; length < body.length - 1; length += 1) {
    const head = requestHead(body.subarray(0, length))
    expect(head === undefined || head.name === '_minion_event').toBe(true)
  }
  for (const other of [Buffer.from([0x92, 1, 2]), Buffer.from([0x93, 0xa1, 0x41, 0xc0]), Buffer.alloc(0)])
    expect(requestHead(other)).toBeUndefined()
})

// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { equal, isSaltError, mapOf, pack, pythonRepr, unpack, unpackInSlices } from '@halite/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyValue } from './values/arbitrary.ts'

/** Ends a slice at each look at the clock. */
const shortest = { sliceMs: 0 }
const limits = { maxBytes: 1 << 26 }

/** What became of bytes: the value, or the code they are refused with. */
async function outcome(read: () => unknown): Promise<unknown> {
  try {
    return { value: pythonRepr(await read()) }
  } catch (error) {
    if (isSaltError(error)) return error.code
    throw error
  }
}

test('any value is read as without slices', async () => {
  await fc.assert(
    fc.asyncProperty(anyValue(), async (value) => {
      const bytes = pack(value)
      const read = await unpackInSlices(bytes, limits, shortest)
      expect(equal(read, value)).toBe(true)
      expect(pythonRepr(read)).toBe(pythonRepr(unpack(bytes)))
    }),
    { numRuns: 500 },
  )
})

test('whatever bytes come, they are read or refused as without slices', async () => {
  const sample = pack([{ a: [1, 2.5, null], 5: 'x' }, mapOf([[[].length, true]]), Buffer.from('bytes')])
  for (let round = 0; round < 5000; round += 1) {
    const bytes = round % 2 === 0 ? randomBytes(round % 60) : Buffer.from(sample)
    if (round % 2 === 1) bytes[round % bytes.length] = round % 256
    const whole = await outcome(() => unpack(bytes))
    expect([bytes.toString('hex'), await outcome(() => unpackInSlices(bytes, {}, shortest))]).toEqual([
      bytes.toString('hex'),
      whole,
    ])
  }
})

const refused: [string, Buffer, string][] = [
  ['a list as a key', Buffer.from('81920102c0', 'hex'), 'VALUE_MALFORMED'],
  ['a map as a key, inside of a list', Buffer.from('9181810102c0', 'hex'), 'VALUE_MALFORMED'],
  ['more values than declared', Buffer.from('9101ff', 'hex'), 'VALUE_MALFORMED'],
  ['a list without its end', Buffer.from('dd00000005', 'hex'), 'VALUE_MALFORMED'],
  ['lists inside one another', Buffer.alloc(100, 0x91), 'VALUE_TOO_DEEP'],
  ['nothing', Buffer.alloc(0), 'VALUE_MALFORMED'],
]

test.each(refused)('%s is refused', async (_what, bytes, code) => {
  await expect(unpackInSlices(bytes, {}, shortest)).rejects.toMatchObject({ code })
})

test('values without end are refused', async () => {
  const bytes = pack(Array.from({ length: 1000 }, () => [1, 2, 3]))
  await expect(unpackInSlices(bytes, { maxValues: 3999 }, shortest)).rejects.toMatchObject({
    code: 'VALUE_TOO_LARGE',
  })
  expect(await unpackInSlices(bytes, { maxValues: 4000 }, shortest)).toHaveLength(1000)
})

test('the loop goes on between slices, and is told what each took', async () => {
  const value = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, index]))
  const bytes = pack(value)
  const slices: number[] = []
  let turns = 0
  let isOver = false
  const turn = () => {
    turns += 1
    if (!isOver) setImmediate(turn)
  }
  turn()
  const read = await unpackInSlices(bytes, limits, { sliceMs: 2, onSlice: (ms) => slices.push(ms) })
  isOver = true
  expect(equal(read, value)).toBe(true)
  expect(slices.length).toBeGreaterThan(3)
  expect(turns).toBeGreaterThanOrEqual(slices.length - 1)
})

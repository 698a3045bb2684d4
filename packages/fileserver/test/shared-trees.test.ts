// SPDX-License-Identifier: Apache-2.0
import { parseSaltenv } from '@halite/core'
import { expect, test } from 'vitest'
import { MemorySource } from '../src/memory-source.ts'
import { SharedTrees } from '../src/shared-trees.ts'

const base = parseSaltenv('base')
const wanted = { saltenv: base, prefix: '', page: 0 }

test('a tree stays the same object until something in it changes', async () => {
  const source = new MemorySource()
  source.write(base, { a: 'one', b: 'two' })
  const trees = new SharedTrees(source)
  const first = await trees.of(wanted)
  expect(await trees.of(wanted)).toBe(first)
  expect(await trees.of({ ...wanted, page: 1 })).toBe(first)
  source.write(base, { a: 'another' })
  const second = await trees.of(wanted)
  expect(second).not.toBe(first)
  expect(second.map(({ path }) => path)).toEqual(['a', 'b'])
  expect(await trees.of({ ...wanted, page: 1 })).toBe(second)
})

test('a tree is listed once for all who ask at a time', async () => {
  let listed = 0
  class Counting extends MemorySource {
    override tree(...args: Parameters<MemorySource['tree']>) {
      listed += 1
      return super.tree(...args)
    }
  }
  const trees = new SharedTrees(new Counting())
  await Promise.all([1, 2, 3].map(() => trees.of(wanted)))
  expect(listed).toBe(1)
  await trees.of({ ...wanted, prefix: 'x' })
  expect(listed).toBe(2)
})

// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, randomBytes } from 'node:crypto'
import { freeBytes, keepFreed } from '@halite/core'
import { expect, test } from 'vitest'

const mebibyte = 1024 * 1024

test('memory of a buffer and of what a cipher gave is freed, however often', () => {
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12))
  const sealed = cipher.update(Buffer.alloc(mebibyte)) as Buffer<ArrayBuffer>
  const own = Buffer.allocUnsafeSlow(mebibyte) as Buffer<ArrayBuffer>
  for (const bytes of [sealed, own]) {
    freeBytes(bytes)
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([0, 0])
    freeBytes(bytes)
  }
})

test('memory that is freed does not add up', () => {
  keepFreed(4 * mebibyte)
  const before = process.memoryUsage().arrayBuffers
  for (let round = 0; round < 64; round += 1)
    freeBytes(Buffer.allocUnsafeSlow(mebibyte) as Buffer<ArrayBuffer>)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * mebibyte)
})

// SPDX-License-Identifier: Apache-2.0
import { fileVersionOf } from '@halite/winrepo'
import { expect, test } from 'vitest'
import { programWith } from './portable-executable.ts'

const versionOf = (file: Buffer) =>
  fileVersionOf(async (offset, length) => file.subarray(offset, offset + length))

test.each([32, 64] as const)('the version of a program of %s bits', async (bits) => {
  expect(await versionOf(programWith({ bits, version: [1, 2, 3, 65535] }))).toBe('1.2.3.65535')
})

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['a text', Buffer.from('MZ, but nothing more than these words, which are longer than a header.')],
  ['a header that leads out of the file', headerLeadingTo(0xffff_ffff)],
])('%s has none', async (_what, file) => {
  expect(await versionOf(file)).toBeUndefined()
})

test('a file that is cut or spoilt anywhere gives a version or none, and ends', async () => {
  const whole = programWith({ bits: 64, version: [1, 2, 3, 4] })
  for (let at = 0; at < whole.length; at += 1) {
    const spoilt = Buffer.from(whole)
    spoilt[at] = 0xff
    expect(String(await versionOf(spoilt))).toMatch(/^(?:undefined|\d+(?:\.\d+){3})$/)
    expect(String(await versionOf(whole.subarray(0, at)))).toMatch(/^(?:undefined|1\.2\.3\.4)$/)
  }
})

test('what cannot be read is an error', async () => {
  const denied = async () => {
    throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
  }
  await expect(fileVersionOf(denied)).rejects.toThrow('EACCES')
})

function headerLeadingTo(offset: number): Buffer {
  const header = Buffer.alloc(64)
  header.writeUInt32LE(offset, 60)
  return header
}

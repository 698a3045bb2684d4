// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

const kit = useWindows()
let machine: WindowsMachine

beforeAll(() => {
  if (kit !== undefined) machine = WindowsMachine.make(kit, { id: 'win1', file_client: 'local' })
})

afterAll(() => machine?.close())

test('a file is written, changed, read and removed', async () => {
  expect(await machine.local('file.mkdir', 'C:\\a b\\c')).toBe(true)
  await machine.local('file.write', 'C:\\a b\\c\\x.txt', 'args=größer')
  await machine.local('file.append', 'C:\\a b\\c\\x.txt', 'args=more')
  const text = machine.read('C:\\a b\\c\\x.txt')
  expect(text.split(/\r?\n/)).toEqual(['größer', 'more', ''])
  expect(await machine.local('file.get_hash', 'c:\\A B\\C\\X.TXT')).toBe(
    createHash('sha256').update(text).digest('hex'),
  )
  expect(await machine.local('file.find', 'C:\\a b', 'name=*.txt')).toEqual(['C:\\a b\\c\\x.txt'])
  expect(await machine.local('file.remove', 'C:\\a b')).toBe(true)
  expect(await machine.local('file.directory_exists', 'C:\\a b')).toBe(false)
})

test('what is missing is said with the number that Python has for it', async () => {
  expect(await machine.local('file.get_hash', 'C:\\nope')).toBe(
    "ERROR: [Errno 2] No such file or directory: 'C:\\\\nope'",
  )
})

test('the environment is that of Windows, in any case', async () => {
  expect(await machine.local('environ.get', 'systemroot')).toBe('C:\\windows')
})

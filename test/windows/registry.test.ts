// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

const kit = useWindows()
let machine: WindowsMachine

beforeAll(() => {
  if (kit !== undefined) machine = WindowsMachine.make(kit, { id: 'win1', file_client: 'local' })
})

afterAll(() => machine?.close())

const key = 'SOFTWARE\\Halite'
/** The data of a value, as `reg.read_value` returns it. */
const dataOf = async (...place: string[]) =>
  ((await machine.local('reg.read_value', ...place)) as { vdata: unknown }).vdata

test.each([
  ['REG_SZ', 'Café 日本', 'Café 日本'],
  ['REG_SZ', '5.10', '5.10'],
  ['REG_EXPAND_SZ', '%PATH%;x', '%PATH%;x'],
  ['REG_MULTI_SZ', '[a, 5.10, "é"]', ['a', '5.10', 'é']],
  ['REG_DWORD', '4294967295', 4294967295],
  ['REG_QWORD', '9007199254740991', 9007199254740991],
])('a value of type %s holds %s', async (vtype, vdata, expected) => {
  expect(await machine.local('reg.set_value', 'HKLM', key, 'v', `vdata=${vdata}`, `vtype=${vtype}`)).toBe(
    true,
  )
  expect(await dataOf('HKLM', key, 'v')).toEqual(expected)
})

test('the parts for 64 and 32 bits are two', async () => {
  expect(
    await machine.local('reg.set_value', 'HKLM', `${key}\\Narrow`, 'x', 'y', 'use_32bit_registry=True'),
  ).toBe(true)
  expect(await machine.local('reg.key_exists', 'HKLM', `${key}\\Narrow`)).toBe(false)
  expect(await dataOf('HKLM', 'SOFTWARE\\WOW6432Node\\Halite\\Narrow', 'x')).toBe('y')
})

test('a file of reg export is merged, and a tree removed', async () => {
  const text =
    'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Halite\\A\\B]\r\n"n"=dword:10\r\n'
  machine.write('C:\\in\\x.reg', text)
  expect(await machine.local('reg.import_file', 'C:\\in\\x.reg')).toBe(true)
  expect(await dataOf('HKLM', `${key}\\A\\B`, 'n')).toBe(16)
  expect(await machine.local('reg.delete_key_recursive', 'HKLM', `${key}\\A`)).toEqual({
    Deleted: [`HKLM\\${key}\\A\\B`, `HKLM\\${key}\\A`],
    Failed: [],
  })
  expect(await machine.local('reg.list_keys', 'HKLM', `${key}\\A`)).toEqual([
    false,
    `Cannot find key: HKLM\\${key}\\A`,
  ])
})

test('the search path of the system', async () => {
  expect(await machine.local('win_path.add', 'C:\\Tools\\', '0')).toBe(true)
  const path = (await machine.local('win_path.get_path')) as string[]
  expect(path[0]).toBe('C:\\Tools')
  expect(path.length).toBeGreaterThan(2)
  expect(await machine.local('win_path.remove', 'c:\\tools')).toBe(true)
  expect(await machine.local('win_path.exists', 'C:\\Tools')).toBe(false)
})

test('a reboot that is needed is noted', async () => {
  expect(await machine.local('system.get_pending_reboot')).toBe(false)
  expect(await machine.local('system.set_reboot_required_witnessed')).toBe(true)
  expect(await machine.local('system.get_pending_reboot_details')).toMatchObject({
    'Reboot Required Witnessed': true,
  })
})

test('grains say that this is Windows', async () => {
  expect(await machine.local('grains.items')).toMatchObject({
    os: 'Windows',
    os_family: 'Windows',
    kernel: 'Windows',
    osrelease: '10',
    osversion: '10.0.18362',
    osfullname: 'Microsoft Windows 10',
    cpuarch: 'AMD64',
    num_cpus: expect.any(Number),
    mem_total: expect.any(Number),
    ipv4: expect.arrayContaining(['127.0.0.1']),
    locale_info: { defaultlanguage: 'en_US', defaultencoding: 'cp1252' },
    id: 'win1',
    virtual: 'physical',
    windowsdomaintype: 'Unknown',
  })
})

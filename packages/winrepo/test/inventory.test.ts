// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@halite/core'
import {
  type InventoryOptions,
  type ProductKey,
  type ProductSource,
  type ProductValue,
  packagesOf,
  packedCode,
  productValues,
  type RegistryValue,
  RepositoryBuilder,
  softwareOf,
} from '@halite/winrepo'
import { describe, expect, test } from 'vitest'

const product = { DisplayName: 'Product', DisplayVersion: '1.0', UninstallString: 'gone.exe' }

function key(
  values: Record<string, string | number>,
  from: ProductSource = 'uninstall',
  name = 'Product',
): ProductKey {
  const typed = Object.entries(values).map(([value, data]): [string, RegistryValue] => [
    value.toLowerCase(),
    { type: typeof data === 'number' ? 'REG_DWORD' : 'REG_SZ', data },
  ])
  return { name, from, values: new Map(typed) }
}

function software(
  keys: ProductKey[],
  options: Partial<InventoryOptions> = {},
): Record<string, readonly string[]> {
  const all = { includeComponents: true, includeUpdates: true, isProductKnown: () => false, ...options }
  return Object.fromEntries(softwareOf(keys, all))
}

test.each([
  { includeComponents: true, includeUpdates: true },
  { includeComponents: false, includeUpdates: false },
])('no value is looked at that productValues does not name: %o', (included) => {
  const looked = new Set<string>()
  const values = new Map<string, RegistryValue>()
  values.get = (name) => {
    looked.add(name)
    return name === 'displayname' ? { type: 'REG_SZ', data: 'P' } : undefined
  }
  const sources = ['uninstall', 'machine products', 'user products'] as const
  const keys = sources.map((from): ProductKey => ({ name: 'P', from, values }))
  softwareOf(keys, { ...included, isProductKnown: () => false })
  const nameOf = (value: ProductValue) => (typeof value === 'string' ? value : value.name)
  const named = productValues(included).map((value) => nameOf(value).toLowerCase())
  expect([...looked].filter((name) => !named.includes(name))).toEqual([])
  expect(named[0]).toBe('displayname')
})

describe('a product is listed', () => {
  test.each([
    ['as Add/Remove Programs names it', product, { Product: ['1.0'] }],
    ['with a version that is a number', { ...product, DisplayVersion: 7 }, { Product: ['7'] }],
    ['without a version', { DisplayName: 'P', UninstallString: 'x' }, { P: ['Not Found'] }],
    ['that may not be removed', { DisplayName: 'P', NoRemove: 1 }, { P: ['Not Found'] }],
    ['not without a name', { UninstallString: 'x' }, {}],
    ['not with a name that is a number', { ...product, DisplayName: 5 }, {}],
    ['not without an uninstaller', { DisplayName: 'P' }, {}],
    ['not below another', { ...product, ParentKeyName: 'Office' }, {}],
    ['not from an installer that does not know it', { ...product, WindowsInstaller: 1 }, {}],
  ])('%s', (_, values, expected) => {
    expect(software([key(values)])).toEqual(expected)
  })

  test('from Windows Installer when that knows its packed code', () => {
    const code = '{23170F69-40C1-2702-0920-000001000000}'
    const asked: string[] = []
    const isProductKnown = (packed: string) => asked.push(packed) > 0
    expect(
      software([key({ ...product, WindowsInstaller: 1 }, 'uninstall', code)], { isProductKnown }),
    ).toEqual({
      Product: ['1.0'],
    })
    expect(asked).toEqual(['96F071321C0420729002000010000000'])
  })

  test('parts and updates only when they are asked for', () => {
    const keys = [
      key({ ...product, DisplayName: 'Part', SystemComponent: 1 }),
      key({ ...product, DisplayName: 'Fix', ReleaseType: 'Hotfix' }),
      key({ ...product, DisplayName: 'KB123456 of Windows' }),
    ]
    expect(Object.keys(software(keys))).toEqual(['Part', 'Fix', 'KB123456 of Windows'])
    expect(software(keys, { includeComponents: false, includeUpdates: false })).toEqual({})
  })

  test('of a user without what Add/Remove Programs would need', () => {
    expect(software([key({ DisplayName: 'Mine', WindowsInstaller: 1 }, 'user products')])).toEqual({
      Mine: ['Not Found'],
    })
    expect(software([key({ DisplayName: 'Ours' }, 'machine products')])).toEqual({ Ours: ['Not Found'] })
  })

  test('as often as it is there', () => {
    expect(software([key(product), key(product), key({ ...product, DisplayVersion: '0.9' })])).toEqual({
      Product: ['1.0', '1.0', '0.9'],
    })
  })
})

test('what is no product code is not packed', () => {
  expect(packedCode('7-Zip')).toBe('7-Zip')
  expect(packedCode('{not-a-code}')).toBe('{not-a-code}')
})

test('software has the name of its package, and the version whose full name it has when the registry tells none', () => {
  const builder = new RepositoryBuilder()
  builder.add(
    'a.sls',
    parseYaml("seven: { '9.20': { full_name: Seven 9 }, '19.0': { full_name: Seven 19 } }", 'a.sls'),
  )
  const software = new Map([
    ['Seven 19', ['19.0']],
    ['Seven 9', ['Not Found']],
    ['Other', ['2', '10', '1', '2']],
  ])
  const found = packagesOf({ software, detected: new Map() }, builder.build())
  expect(Object.fromEntries(found)).toEqual({ seven: ['19.0', '9.20'], Other: ['1', '10', '2'] })
})

// SPDX-License-Identifier: Apache-2.0
import { notFound } from './versions.ts'

/** A value of the registry; `type` as `reg query` prints it. */
export interface RegistryValue {
  readonly type: string
  readonly data: string | number | readonly string[] | Uint8Array
}

/** A key under which Windows lists a product, with its values by lower-case name. */
export interface ProductKey {
  /** The last part of its path: a product code or a name. */
  readonly name: string
  readonly values: ReadonlyMap<string, RegistryValue>
  readonly from: ProductSource
}

/**
 * Where a product key stands: below `Uninstall`, where products list themselves for Add/Remove Programs; below
 * `Installer\Products` of the machine; below `Installer\UserData` for one that a user installed for himself.
 */
export type ProductSource = 'uninstall' | 'machine products' | 'user products'

/** What is listed beside programs. */
export interface Included {
  /** Also parts of installed software. */
  readonly includeComponents: boolean
  /** Also updates of software and of Windows. */
  readonly includeUpdates: boolean
}

export interface InventoryOptions extends Included {
  /** Whether Windows Installer knows the product with this packed code, in the view that the key is from. */
  readonly isProductKnown: (packedCode: string, key: ProductKey) => boolean
}

/** Name → versions, in the order found; a version occurs as often as the product does. */
export type Inventory = ReadonlyMap<string, readonly string[]>

const updateTypes = ['Hotfix', 'Security Update', 'Update Rollup']
const textTypes = ['REG_SZ', 'REG_EXPAND_SZ']

/** A value that is looked at; with `insteadOf` only where that other one is missing. */
export type ProductValue = string | { readonly name: string; readonly insteadOf: string }

/** The values that are looked at, the name of the product first: a key without it is none of a product. */
export function productValues({ includeComponents, includeUpdates }: Included): ProductValue[] {
  return [
    ...['DisplayName', 'DisplayVersion', 'WindowsInstaller', 'UninstallString', 'ParentKeyName'],
    { name: 'NoRemove', insteadOf: 'UninstallString' },
    ...(includeComponents ? [] : ['SystemComponent']),
    ...(includeUpdates ? [] : ['ReleaseType']),
  ]
}

/** The installed software that these keys tell of, by the names of Add/Remove Programs. */
export function softwareOf(keys: Iterable<ProductKey>, options: InventoryOptions): Inventory {
  const found = new Map<string, string[]>()
  for (const key of keys) {
    const name = displayName(key)
    if (
      name === undefined ||
      isSkipped(key, options) ||
      (!options.includeUpdates && /^KB[0-9]{6}/.test(name))
    )
      continue
    found.set(name, [...(found.get(name) ?? []), displayVersion(key)])
  }
  return found
}

function isSkipped(key: ProductKey, options: InventoryOptions): boolean {
  if (!options.includeComponents && isSet(key, 'SystemComponent')) return true
  if (key.from === 'user products') return false
  if (isSet(key, 'WindowsInstaller') && !options.isProductKnown(packedCode(key.name), key)) return true
  if (key.from === 'machine products') return false
  if (!has(key, 'UninstallString') && !isSet(key, 'NoRemove')) return true
  if (!options.includeUpdates && updateTypes.includes(String(registryValue(key, 'ReleaseType')?.data)))
    return true
  return has(key, 'ParentKeyName')
}

function displayName(key: ProductKey): string | undefined {
  const value = registryValue(key, 'DisplayName')
  if (value === undefined || !textTypes.includes(value.type) || value.data === '') return undefined
  return String(value.data)
}

function displayVersion(key: ProductKey): string {
  const value = registryValue(key, 'DisplayVersion')
  if (value === undefined || value.data === '') return notFound
  return [...textTypes, 'REG_DWORD'].includes(value.type) ? String(value.data) : notFound
}

function isSet(key: ProductKey, name: string): boolean {
  const data = registryValue(key, name)?.data
  return typeof data === 'number' && data > 0
}

function has(key: ProductKey, name: string): boolean {
  return registryValue(key, name) !== undefined
}

function registryValue(key: ProductKey, name: string): RegistryValue | undefined {
  return key.values.get(name.toLowerCase())
}

/**
 * The form in which Windows Installer names its keys: of `{8-4-4-4-12}` the first three groups are reversed, of the others each
 * pair of digits. What is no product code stays as it is.
 */
export function packedCode(name: string): string {
  const groups = /^\{([0-9A-F]{8})-([0-9A-F]{4})-([0-9A-F]{4})-([0-9A-F]{4})-([0-9A-F]{12})\}$/i.exec(name)
  if (groups === null) return name
  const [, first = '', second = '', third = '', ...rest] = groups
  const reversed = [first, second, third].map((group) => [...group].reverse().join(''))
  const swapped = rest.join('').replace(/(.)(.)/g, '$2$1')
  return `${reversed.join('')}${swapped}`.toUpperCase()
}

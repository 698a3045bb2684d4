// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, messageOf, SaltError } from '@halite/core'
import * as registry from 'native-reg'
import type {
  MachineRegistry,
  RegistryValue,
  RegistryView,
  ValuesBelow,
  WantedValue,
} from './machine-registry.ts'

const { Access, CreateKeyOptions, HKEY, ValueType } = registry

/** `ERROR_KEY_DELETED`. */
const keyDeleted = 1018

const hives: Readonly<Record<string, registry.HKEY>> = {
  HKLM: HKEY.LOCAL_MACHINE,
  HKCU: HKEY.CURRENT_USER,
  HKCR: HKEY.CLASSES_ROOT,
  HKU: HKEY.USERS,
  HKCC: HKEY.CURRENT_CONFIG,
}

/** The registry through the functions of Windows, which tell all of it in Unicode. */
export const windowsRegistry: MachineRegistry = {
  keys: async (path, view) =>
    withKey(path, { access: Access.READ, view }, (key) => registry.enumKeyNames(key)) ?? [],
  values: async (path, view) => withKey(path, { access: Access.READ, view }, valuesOf),
  valuesBelow: async (path, wanted, view) =>
    withKey(path, { access: Access.READ, view }, (key) => valuesOfKeysIn(key, wanted)) ?? new Map(),
  setValue: async (path, name, value) => {
    const make = value.volatile ? 'volatile' : 'lasting'
    withKey(path, { access: Access.SET_VALUE, view: value.view, make }, (key) =>
      registry.setValueRaw(key, name, typeNumber(value.type), bytesOf(value)),
    )
  },
  removeValue: async (path, name, view) =>
    withKey(path, { access: Access.SET_VALUE, view }, (key) => registry.deleteValue(key, name)) ?? false,
  removeKey: async (path, view) =>
    // An empty name is the key itself, in the view it was opened in.
    withKey(path, { access: Access.DELETE, view }, (key) => registry.deleteKey(key, '')) ?? false,
}

interface Opening {
  readonly access: registry.Access
  readonly view?: RegistryView | undefined
  /** Make the key where it is missing, so that it lasts or is forgotten when Windows stops. */
  readonly make?: 'lasting' | 'volatile'
}

/** Undefined when there is no such key. */
function withKey<T>(path: string, opening: Opening, use: (key: registry.HKEY) => T): T | undefined {
  const fault: ErrorCode = opening.access === Access.READ ? 'REGISTRY_UNREADABLE' : 'REGISTRY_UNWRITABLE'
  const [hive = '', ...parts] = path.split('\\')
  const root = hives[hive.toUpperCase()]
  if (root === undefined) throw refused(fault, path, new Error(`there is no hive ${hive}`))
  try {
    const key = opened(root, parts.join('\\'), opening)
    if (key === null) return undefined
    const used = () => closing(key, () => use(key))
    return opening.access === Access.READ ? unlessDeleted(used) : used()
  } catch (error) {
    throw refused(fault, path, error)
  }
}

function opened(root: registry.HKEY, name: string, { access, view = 64, make }: Opening) {
  const rights = access | (view === 64 ? Access.WOW64_64KEY : Access.WOW64_32KEY)
  if (make === undefined) return registry.openKey(root, name, rights)
  const kind = make === 'volatile' ? CreateKeyOptions.VOLATILE : CreateKeyOptions.NON_VOLATILE
  return registry.createKey(root, name, rights, kind)
}

/** A key is opened from the one above it, in whose view it then is: Windows goes along one name instead of a whole path. */
function valuesOfKeysIn(above: registry.HKEY, wanted: readonly WantedValue[]): ValuesBelow {
  const found = new Map<string, ReadonlyMap<string, RegistryValue>>()
  for (const name of registry.enumKeyNames(above)) {
    const key = registry.openKey(above, name, Access.QUERY_VALUE)
    // One that was removed meanwhile.
    if (key === null) continue
    const values = unlessDeleted(() => closing(key, () => wantedValues(key, wanted)))
    if (values !== undefined) found.set(name, values)
  }
  return found
}

function closing<T>(key: registry.HKEY, use: () => T): T {
  try {
    return use()
  } finally {
    registry.closeKey(key)
  }
}

/** Undefined for a key that was removed while it was open, as uninstallers do. */
function unlessDeleted<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch (error) {
    if (windowsCodeOf(error) === keyDeleted) return undefined
    throw error
  }
}

function wantedValues(
  key: registry.HKEY,
  wanted: readonly WantedValue[],
): ReadonlyMap<string, RegistryValue> | undefined {
  const values = new Map<string, RegistryValue>()
  for (const [index, each] of wanted.entries()) {
    const { name, insteadOf = undefined } = typeof each === 'string' ? { name: each } : each
    if (insteadOf !== undefined && values.has(insteadOf)) continue
    const value = registry.queryValueRaw(key, name)
    if (value !== null) values.set(name, { type: typeName(value.type), data: dataOf(value) })
    else if (index === 0) return undefined
  }
  return values
}

function valuesOf(key: registry.HKEY): Map<string, RegistryValue> {
  const values = new Map<string, RegistryValue>()
  for (const name of registry.enumValueNames(key)) {
    const value = registry.queryValueRaw(key, name)
    if (value !== null) values.set(name, { type: typeName(value.type), data: dataOf(value) })
  }
  return values
}

function typeName(type: registry.ValueType): string {
  return `REG_${(ValueType[type] ?? String(type)).replace('_LITTLE_ENDIAN', '')}`
}

function typeNumber(name: string): registry.ValueType {
  const number: unknown = ValueType[name.slice('REG_'.length) as keyof typeof ValueType]
  if (typeof number !== 'number') throw new Error(`there is no type ${name}`)
  return number
}

/** Data of a type that the library does not know, or that is not as its type says, stays as it is. */
function dataOf(value: registry.Value): RegistryValue['data'] {
  try {
    return registry.parseValue(value) ?? value
  } catch {
    return value
  }
}

function bytesOf({ type, data }: RegistryValue): Buffer {
  if (typeof data === 'string') return registry.formatString(data)
  if (data instanceof Uint8Array) return Buffer.from(data)
  if (typeof data === 'object') return registry.formatMultiString([...data])
  return type === 'REG_QWORD' ? registry.formatQWORD(data) : registry.formatDWORD(Number(data))
}

/** The number that Windows gave, which is `errno` of the library. */
function windowsCodeOf(cause: unknown): unknown {
  return cause instanceof Error && 'errno' in cause ? cause.errno : undefined
}

function refused(code: ErrorCode, path: string, cause: unknown): SaltError {
  const windowsCode = windowsCodeOf(cause)
  const what = code === 'REGISTRY_UNREADABLE' ? 'read' : 'changed'
  return new SaltError(code, `registry key ${path} cannot be ${what}: ${messageOf(cause)}`, {
    cause,
    data: { windowsCode },
  })
}

// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError } from '@halite/core'
import registry from 'native-reg'
import type { MachineRegistry, RegistryValue, RegistryView } from './machine-registry.ts'

const { Access, HKEY, ValueType } = registry

const hives: Readonly<Record<string, registry.HKEY>> = {
  HKLM: HKEY.LOCAL_MACHINE,
  HKCU: HKEY.CURRENT_USER,
  HKCR: HKEY.CLASSES_ROOT,
  HKU: HKEY.USERS,
  HKCC: HKEY.CURRENT_CONFIG,
}

/** The registry through the functions of Windows, which tell all of it in Unicode. */
export const windowsRegistry: MachineRegistry = {
  keys: async (path, view) => withKey(path, view, (key) => registry.enumKeyNames(key)) ?? [],
  values: async (path, view) => withKey(path, view, valuesOf),
}

function withKey<T>(path: string, view: RegistryView = 64, read: (key: registry.HKEY) => T): T | undefined {
  const [hive = '', ...parts] = path.split('\\')
  const root = hives[hive.toUpperCase()]
  if (root === undefined) throw unreadable(path, `there is no hive ${hive}`)
  const access = Access.READ | (view === 64 ? Access.WOW64_64KEY : Access.WOW64_32KEY)
  try {
    const key = registry.openKey(root, parts.join('\\'), access)
    if (key === null) return undefined
    try {
      return read(key)
    } finally {
      registry.closeKey(key)
    }
  } catch (error) {
    throw unreadable(path, messageOf(error), error)
  }
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

/** Data of a type that the library does not know, or that is not as its type says, stays as it is. */
function dataOf(value: registry.Value): RegistryValue['data'] {
  try {
    return registry.parseValue(value) ?? value
  } catch {
    return value
  }
}

function unreadable(path: string, reason: string, cause?: unknown): SaltError {
  return new SaltError('REGISTRY_UNREADABLE', `registry key ${path} cannot be read: ${reason}`, { cause })
}

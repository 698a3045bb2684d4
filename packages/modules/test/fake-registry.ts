// SPDX-License-Identifier: Apache-2.0
import type { MachineRegistry, RegistryValue, RegistryView } from '@halite/loader'

/** Keys of a registry by path: values by name. Text is `REG_SZ`, a number `REG_DWORD`, anything else says its type. */
export type FakeKeys = Readonly<Record<string, Readonly<Record<string, string | number | RegistryValue>>>>

/** A registry whose keys are what a test says; names of keys are found whatever their case, as on Windows. */
export function fakeRegistry(keys: FakeKeys, keys32: FakeKeys = {}): MachineRegistry {
  const views: Readonly<Record<RegistryView, FakeKeys>> = { 64: keys, 32: keys32 }
  return {
    keys: async (path, view = 64) => namesBelow(Object.keys(views[view]), path),
    values: async (path, view = 64) => {
      const paths = Object.keys(views[view])
      const found = paths.find((each) => each.toLowerCase() === path.toLowerCase())
      if (found === undefined) return namesBelow(paths, path).length > 0 ? new Map() : undefined
      return new Map(
        Object.entries(views[view][found] ?? {}).map(([name, value]) => [name, registryValue(value)]),
      )
    },
  }
}

function namesBelow(paths: readonly string[], path: string): string[] {
  const start = `${path}\\`.toLowerCase()
  const below = paths.filter((each) => each.toLowerCase().startsWith(start))
  return [...new Set(below.map((each) => each.slice(start.length).split('\\')[0] ?? ''))]
}

function registryValue(value: string | number | RegistryValue): RegistryValue {
  if (typeof value === 'string') return { type: 'REG_SZ', data: value }
  return typeof value === 'number' ? { type: 'REG_DWORD', data: value } : value
}

// SPDX-License-Identifier: Apache-2.0
import type {
  MachineRegistry,
  NewRegistryValue,
  RegistryValue,
  RegistryView,
  ValuesBelow,
  WantedValue,
} from '@halite/loader'

type WrittenValue = string | number | RegistryValue
type Values = Record<string, WrittenValue>

/** Keys of a registry by path: values by name. Text is `REG_SZ`, a number `REG_DWORD`, anything else says its type. */
export type FakeKeys = Readonly<Record<string, Readonly<Values>>>

/** What was set, as a case writes it: path → name → value. */
export type SetValues = Record<string, Record<string, RegistryValue & { volatile?: boolean; view?: number }>>

/** A registry whose keys are what a test says; names of keys are found whatever their case, as on Windows. */
export function fakeRegistry(keys: FakeKeys, keys32: FakeKeys = {}): FakeRegistry {
  return new FakeRegistry(keys, keys32)
}

/** The registry of `fakeRegistry`. It looks at the keys it was given each time, and what is set goes into them. */
export class FakeRegistry implements MachineRegistry {
  /** Every value that was set. */
  readonly changed: SetValues = {}
  /** Paths of keys that were removed, and `path : name` of values. */
  readonly removed: string[] = []
  readonly #views: Readonly<Record<RegistryView, Record<string, Values>>>

  constructor(keys: FakeKeys, keys32: FakeKeys) {
    // The test's own objects: it hands them in to be changed.
    this.#views = { 64: keys as Record<string, Values>, 32: keys32 as Record<string, Values> }
  }

  async keys(path: string, view: RegistryView = 64): Promise<readonly string[]> {
    return namesBelow(Object.keys(this.#views[view]), path)
  }

  async values(
    path: string,
    view: RegistryView = 64,
  ): Promise<ReadonlyMap<string, RegistryValue> | undefined> {
    const found = this.#views[view][this.#written(path, view)]
    if (found === undefined) return (await this.keys(path, view)).length > 0 ? new Map() : undefined
    return new Map(Object.entries(found).map(([name, value]) => [name, registryValue(value)]))
  }

  async valuesBelow(
    path: string,
    wanted: readonly WantedValue[],
    view: RegistryView = 64,
  ): Promise<ValuesBelow> {
    const names = wanted.map((each) => (typeof each === 'string' ? each : each.name))
    const found = new Map<string, ReadonlyMap<string, RegistryValue>>()
    for (const key of await this.keys(path, view)) {
      const all = [...((await this.values(`${path}\\${key}`, view)) ?? [])]
      const named = names.flatMap((name): [string, RegistryValue][] => {
        const value = all.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1]
        return value === undefined ? [] : [[name, value]]
      })
      if (named[0]?.[0] === names[0]) found.set(key, new Map(named))
    }
    return found
  }

  async setValue(path: string, name: string, { type, data, ...how }: NewRegistryValue): Promise<void> {
    const { view = 64, volatile = false } = how
    const keys = this.#views[view]
    const at = this.#written(path, view)
    keys[at] = { ...keys[at], [name]: { type, data } }
    const shown = { ...(volatile ? { volatile } : {}), ...(view === 32 ? { view } : {}) }
    this.changed[path] = { ...this.changed[path], [name]: { type, data, ...shown } }
  }

  async removeValue(path: string, name: string, view: RegistryView = 64): Promise<boolean> {
    const values = this.#views[view][this.#written(path, view)] ?? {}
    if (!(name in values)) return false
    delete values[name]
    this.removed.push(`${path} : ${name}`)
    return true
  }

  async removeKey(path: string, view: RegistryView = 64): Promise<boolean> {
    if ((await this.values(path, view)) === undefined) return false
    delete this.#views[view][this.#written(path, view)]
    this.removed.push(path)
    return true
  }

  /** The path of a key as the test wrote it. */
  #written(path: string, view: RegistryView): string {
    const paths = Object.keys(this.#views[view])
    return paths.find((each) => each.toLowerCase() === path.toLowerCase()) ?? path
  }
}

function namesBelow(paths: readonly string[], path: string): string[] {
  const start = `${path}\\`.toLowerCase()
  const below = paths.filter((each) => each.toLowerCase().startsWith(start))
  return [...new Set(below.map((each) => each.slice(start.length).split('\\')[0] ?? ''))]
}

function registryValue(value: WrittenValue): RegistryValue {
  if (typeof value === 'string') return { type: 'REG_SZ', data: value }
  return typeof value === 'number' ? { type: 'REG_DWORD', data: value } : value
}

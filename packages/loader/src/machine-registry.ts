// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** Which programs a part of the registry is for: those of 64 bits, or those of 32 on the same machine. */
export type RegistryView = 64 | 32

/** A value of the registry; `type` as `reg query` names it, such as `REG_SZ`. Text keeps every character. */
export interface RegistryValue {
  readonly type: string
  readonly data: string | number | bigint | readonly string[] | Uint8Array
}

/** A value to look at in many keys; with `insteadOf` only in those that lack that other one, which is named before it. */
export type WantedValue = string | { readonly name: string; readonly insteadOf: string }

/** Name of a key → name of a value → value. */
export type ValuesBelow = ReadonlyMap<string, ReadonlyMap<string, RegistryValue>>

/** A value that is to be set. */
export interface NewRegistryValue extends RegistryValue {
  readonly view?: RegistryView
  /** A key that has to be made is forgotten when Windows stops. */
  readonly volatile?: boolean
}

/**
 * The registry of a machine; paths begin with the short name of a hive, such as `HKLM\Software`. A machine that is not Windows
 * has no keys. Reading rejects with `REGISTRY_UNREADABLE` and changing with `REGISTRY_UNWRITABLE` where Windows does not let us; their
 * data hold its number as `windowsCode`.
 */
export interface MachineRegistry {
  /** Names of the keys right below a key; none when there is no such key. */
  keys(path: string, view?: RegistryView): Promise<readonly string[]>
  /** The values of a key by name, as it is written; undefined when there is no such key. */
  values(path: string, view?: RegistryView): Promise<ReadonlyMap<string, RegistryValue> | undefined>
  /**
   * Values of all keys right below a key, by the names of the keys; only those that are asked for, under the names they were asked by. A key
   * without the first of them is left out. Each look at the registry costs: this takes the fewest.
   */
  valuesBelow(path: string, wanted: readonly WantedValue[], view?: RegistryView): Promise<ValuesBelow>
  /** Sets a value of a key, which is made when it is missing; the name `''` is that of the key itself. */
  setValue(path: string, name: string, value: NewRegistryValue): Promise<void>
  /** Removes a value. Resolves to whether there was one. */
  removeValue(path: string, name: string, view?: RegistryView): Promise<boolean>
  /** Removes a key that has no keys below it. Resolves to whether there was one. */
  removeKey(path: string, view?: RegistryView): Promise<boolean>
}

/** The registry of this machine; what reads it is loaded with the first look at it. */
export const machineRegistry: MachineRegistry = {
  keys: async (path, view) => (await reader()).keys(path, view),
  values: async (path, view) => (await reader()).values(path, view),
  valuesBelow: async (path, wanted, view) => (await reader()).valuesBelow(path, wanted, view),
  setValue: async (path, name, value) => (await reader()).setValue(path, name, value),
  removeValue: async (path, name, view) => (await reader()).removeValue(path, name, view),
  removeKey: async (path, view) => (await reader()).removeKey(path, view),
}

/** Where there is no registry. */
export const noRegistry: MachineRegistry = {
  keys: async () => [],
  values: async () => undefined,
  valuesBelow: async () => new Map(),
  setValue: async (path) => {
    throw new SaltError(
      'REGISTRY_UNWRITABLE',
      `registry key ${path} cannot be changed: this system has no registry`,
    )
  },
  removeValue: async () => false,
  removeKey: async () => false,
}

async function reader(): Promise<MachineRegistry> {
  if (process.platform !== 'win32') return noRegistry
  return (await import('./windows-registry.ts')).windowsRegistry
}

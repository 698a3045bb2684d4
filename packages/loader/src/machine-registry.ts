// SPDX-License-Identifier: Apache-2.0

/** Which programs a part of the registry is for: those of 64 bits, or those of 32 on the same machine. */
export type RegistryView = 64 | 32

/** A value of the registry; `type` as `reg query` names it, such as `REG_SZ`. Text keeps every character. */
export interface RegistryValue {
  readonly type: string
  readonly data: string | number | bigint | readonly string[] | Uint8Array
}

/**
 * The registry of a machine; paths begin with the short name of a hive, such as `HKLM\Software`. A machine that is not Windows
 * has no keys. Everything rejects with `REGISTRY_UNREADABLE` where Windows does not let us read.
 */
export interface MachineRegistry {
  /** Names of the keys right below a key; none when there is no such key. */
  keys(path: string, view?: RegistryView): Promise<readonly string[]>
  /** The values of a key by name, as it is written; undefined when there is no such key. */
  values(path: string, view?: RegistryView): Promise<ReadonlyMap<string, RegistryValue> | undefined>
}

/** The registry of this machine; what reads it is loaded with the first look at it. */
export const machineRegistry: MachineRegistry = {
  keys: async (path, view) => (await reader()).keys(path, view),
  values: async (path, view) => (await reader()).values(path, view),
}

/** Where there is no registry. */
export const noRegistry: MachineRegistry = {
  keys: async () => [],
  values: async () => undefined,
}

async function reader(): Promise<MachineRegistry> {
  if (process.platform !== 'win32') return noRegistry
  return (await import('./windows-registry.ts')).windowsRegistry
}

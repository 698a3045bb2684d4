// SPDX-License-Identifier: Apache-2.0
import type { MachineRegistry, RegistryValue } from '@halite/loader'

/** Reads texts of one key; a number is written out, and of a list of texts the first counts. */
export type ReadText = (name: string) => string | undefined

/** The values of a key by name; what is missing, empty or closed to us is undefined. Never rejects. */
export async function textsOf(registry: MachineRegistry, path: string): Promise<ReadText> {
  const values = await registry.values(path).catch(() => undefined)
  return (name) => textOf(values?.get(name))
}

function textOf(value: RegistryValue | undefined): string | undefined {
  if (value === undefined || value.data instanceof Uint8Array) return undefined
  const text = typeof value.data === 'object' ? value.data[0] : String(value.data)
  return text?.trim() || undefined
}

/** The bytes of a binary value; undefined where there is none. Never rejects. */
export async function bytesOf(
  registry: MachineRegistry,
  path: string,
  name: string,
): Promise<Uint8Array | undefined> {
  const data = (await registry.values(path).catch(() => undefined))?.get(name)?.data
  return data instanceof Uint8Array ? data : undefined
}

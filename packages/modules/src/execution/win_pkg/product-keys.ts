// SPDX-License-Identifier: Apache-2.0
import type { MachineRegistry, RegistryView } from '@halite/loader'
import {
  type Included,
  type InventoryOptions,
  type ProductKey,
  type ProductSource,
  type ProductValue,
  productValues,
  type RegistryValue,
} from '@halite/winrepo'

/** What the registry says of installed products. */
export interface ProductKeys {
  readonly keys: readonly ProductKey[]
  readonly isProductKnown: InventoryOptions['isProductKnown']
}

type Values = ReadonlyMap<string, { readonly type: string; readonly data: unknown }>

const views = [64, 32] as const
const uninstall = 'Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall'
const products = 'Software\\Classes\\Installer\\Products'
const userProducts = 'Software\\Microsoft\\Installer\\Products'
const userData = 'Software\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData'
/** The account of the system: whose products are the machine's. */
const system = 'S-1-5-18'

/**
 * Every key that tells of a product: of the machine in both views, then of its users. Which products Windows Installer knows is one
 * list for both views.
 */
export async function productKeysOf(registry: MachineRegistry, included: Included): Promise<ProductKeys> {
  const values = productValues(included)
  const known = new Set<string>()
  const keys: ProductKey[] = []
  for (const view of views) {
    for (const code of await registry.keys(`HKLM\\${products}`, view)) known.add(code.toUpperCase())
    keys.push(
      ...(await productsBelow(registry, { path: `HKLM\\${uninstall}`, view, values, from: 'uninstall' })),
    )
  }
  keys.push(...(await machineProducts(registry, values)))
  for (const view of views) {
    for (const user of await registry.keys('HKU', view)) {
      const path = `HKU\\${user}\\${uninstall}`
      keys.push(...(await productsBelow(registry, { path, view, values, from: 'uninstall' })))
      keys.push(...(await productsOfUser(registry, user, view)))
    }
  }
  return { keys, isProductKnown: (code) => known.has(code) }
}

interface Below {
  readonly path: string
  readonly view: RegistryView
  /** Names of the values that are looked at. */
  readonly values: readonly ProductValue[]
  readonly from: ProductSource
}

async function productsBelow(
  registry: MachineRegistry,
  { path, view, values, from }: Below,
): Promise<ProductKey[]> {
  const found = await registry.valuesBelow(path, values, view)
  return [...found].map(([name, each]) => ({ name, values: byLowerCase(each), from }))
}

/** Products of Windows Installer that are installed for everybody. */
async function machineProducts(
  registry: MachineRegistry,
  values: readonly ProductValue[],
): Promise<ProductKey[]> {
  const found = await productsBelow(registry, {
    path: `HKLM\\${products}`,
    view: 64,
    values,
    from: 'machine products',
  })
  const data = new Set(await registry.keys(`HKLM\\${userData}\\${system}\\Products`))
  return found.filter(({ name }) => data.has(name))
}

/** Products of Windows Installer that a user installed for himself. */
async function productsOfUser(
  registry: MachineRegistry,
  user: string,
  view: RegistryView,
): Promise<ProductKey[]> {
  const found: ProductKey[] = []
  for (const code of await registry.keys(`HKU\\${user}\\${userProducts}`, view)) {
    const path = `HKLM\\${userData}\\${user}\\Products\\${code}\\InstallProperties`
    const values = await registry.values(path, view)
    if (values !== undefined) found.push({ name: code, values: byLowerCase(values), from: 'user products' })
  }
  return found
}

/** Windows does not tell upper from lower case in names of values. */
function byLowerCase(values: Values): Map<string, RegistryValue> {
  return new Map(
    [...values].map(([name, { type, data }]) => [name.toLowerCase(), { type, data: dataOf(data) }]),
  )
}

function dataOf(data: unknown): RegistryValue['data'] {
  // The registry gives what the type says, and numbers of 64 bits beside.
  return typeof data === 'bigint' ? String(data) : (data as RegistryValue['data'])
}

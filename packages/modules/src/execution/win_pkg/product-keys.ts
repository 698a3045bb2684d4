// SPDX-License-Identifier: Apache-2.0
import type { MachineRegistry, RegistryView } from '@halite/loader'
import type { InventoryOptions, ProductKey, ProductSource, RegistryValue } from '@halite/winrepo'

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

/** Every key that tells of a product: of the machine in both views, then of its users. */
export async function productKeysOf(registry: MachineRegistry): Promise<ProductKeys> {
  const known = new Map<RegistryView, ReadonlySet<string>>()
  const viewOf = new Map<ProductKey, RegistryView>()
  const keys: ProductKey[] = []
  const add = (found: readonly ProductKey[], view: RegistryView) => {
    for (const key of found) viewOf.set(key, view)
    keys.push(...found)
  }
  for (const view of views) {
    const names = await registry.keys(`HKLM\\${products}`, view)
    known.set(view, new Set(names.map((name) => name.toUpperCase())))
    add(await productsBelow(registry, { path: `HKLM\\${uninstall}`, view, from: 'uninstall' }), view)
  }
  add(await machineProducts(registry), 64)
  for (const view of views) {
    for (const user of await registry.keys('HKU', view)) {
      add(
        await productsBelow(registry, { path: `HKU\\${user}\\${uninstall}`, view, from: 'uninstall' }),
        view,
      )
      add(await productsOfUser(registry, user, view), view)
    }
  }
  const isProductKnown = (code: string, key: ProductKey) =>
    known.get(viewOf.get(key) ?? 64)?.has(code) === true
  return { keys, isProductKnown }
}

interface Below {
  readonly path: string
  readonly view: RegistryView
  readonly from: ProductSource
}

async function productsBelow(registry: MachineRegistry, { path, view, from }: Below): Promise<ProductKey[]> {
  const found: ProductKey[] = []
  for (const name of await registry.keys(path, view)) {
    const values = await registry.values(`${path}\\${name}`, view)
    if (values !== undefined) found.push({ name, values: byLowerCase(values), from })
  }
  return found
}

/** Products of Windows Installer that are installed for everybody. */
async function machineProducts(registry: MachineRegistry): Promise<ProductKey[]> {
  const found = await productsBelow(registry, {
    path: `HKLM\\${products}`,
    view: 64,
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

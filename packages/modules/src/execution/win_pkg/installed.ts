// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import { type Inventory, packagesOf, softwareOf } from '@halite/winrepo'
import { productKeysOf } from './product-keys.ts'
import { repositoryOf } from './repository.ts'

/** What is listed beside programs. */
export interface Included {
  readonly includeComponents?: boolean
  readonly includeUpdates?: boolean
}

/** Installed software by its names in Add/Remove Programs. */
export async function installedSoftware(
  { windowsRegistry }: ExecContext,
  { includeComponents = true, includeUpdates = true }: Included = {},
): Promise<Inventory> {
  const { keys, isProductKnown } = await productKeysOf(windowsRegistry)
  return softwareOf(keys, { includeComponents, includeUpdates, isProductKnown })
}

/** The same under the names of the repository: name → versions, the oldest first. */
export async function installedPackages(
  ctx: ExecContext,
  saltenv: string,
  included: Included = {},
): Promise<Map<string, string[]>> {
  return packagesOf(await installedSoftware(ctx, included), await repositoryOf(ctx, saltenv))
}

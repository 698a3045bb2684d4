// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import { type Look, packagesOf, type Repository, softwareOf } from '@halite/winrepo'
import { detectedPackages } from './detected.ts'
import { productKeysOf } from './product-keys.ts'
import { repositoryOf } from './repository.ts'

/** What is listed beside programs. */
export interface Included {
  readonly includeComponents?: boolean
  readonly includeUpdates?: boolean
}

/** What is installed: by names of Add/Remove Programs, and by the rules of definitions. */
export async function lookAtMachine(
  ctx: ExecContext,
  repository: Repository,
  { includeComponents = true, includeUpdates = true }: Included = {},
): Promise<Look> {
  const { keys, isProductKnown } = await productKeysOf(ctx.windowsRegistry)
  const software = softwareOf(keys, { includeComponents, includeUpdates, isProductKnown })
  return { software, detected: await detectedPackages(ctx, repository) }
}

/** The same under the names of the repository: name → versions, the oldest first. */
export async function installedPackages(
  ctx: ExecContext,
  saltenv: string,
  included: Included = {},
): Promise<Map<string, string[]>> {
  const repository = await repositoryOf(ctx, saltenv)
  return packagesOf(await lookAtMachine(ctx, repository, included), repository)
}

// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import { type Included, type Look, packagesOf, type Repository, softwareOf } from '@halite/winrepo'
import { detectedPackages } from './detected.ts'
import { productKeysOf } from './product-keys.ts'
import { repositoryOf } from './repository.ts'

const everything: Included = { includeComponents: true, includeUpdates: true }

/** What is installed: by names of Add/Remove Programs, and by the rules of definitions. */
export async function lookAtMachine(
  ctx: ExecContext,
  repository: Repository,
  included: Included = everything,
): Promise<Look> {
  const { keys, isProductKnown } = await productKeysOf(ctx.windowsRegistry, included)
  const software = softwareOf(keys, { ...included, isProductKnown })
  return { software, detected: await detectedPackages(ctx, repository) }
}

/** The same under the names of the repository: name → versions, in the order of text. */
export async function installedPackages(
  ctx: ExecContext,
  saltenv: string,
  included: Included = everything,
): Promise<Map<string, string[]>> {
  const repository = await repositoryOf(ctx, saltenv)
  return packagesOf(await lookAtMachine(ctx, repository, included), repository)
}

// SPDX-License-Identifier: Apache-2.0
import { compareText } from '@halite/core'
import { textOf } from './definition.ts'
import { hasDetection } from './detection.ts'
import type { Inventory } from './inventory.ts'
import { packageOf, type Repository } from './repository.ts'
import { notFound } from './versions.ts'

/** What is found on a machine. */
export interface Look {
  /** By its names in Add/Remove Programs. */
  readonly software: Inventory
  /** Package name → versions whose own rule holds (`detect`). */
  readonly detected: Inventory
}

/**
 * What is installed, under the names of the repository. A version that the registry does not tell is the one whose definition has
 * that full name; where a version has a rule of its own, that alone decides. Each version is listed once, in the order of text as Salt does:
 * both views of the registry show the software of a user.
 */
export function packagesOf({ software, detected }: Look, repository: Repository): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const add = (name: string, versions: readonly string[]) => {
    if (versions.length > 0) found.set(name, [...(found.get(name) ?? []), ...versions])
  }
  for (const [fullName, versions] of software) {
    const name = repository.names.get(fullName)
    if (name === undefined) add(fullName, versions)
    else add(name, listedVersions(repository, { fullName, versions, ruled: detected.get(name) ?? [] }))
  }
  for (const [name, versions] of detected) add(name, versions)
  return new Map([...found].map(([name, versions]) => [name, [...new Set(versions)].sort(compareText)]))
}

interface Listed {
  readonly fullName: string
  readonly versions: readonly string[]
  /** Versions of the package whose rule holds. */
  readonly ruled: readonly string[]
}

/** The versions of an entry of Add/Remove Programs, without those that a rule speaks of. */
function listedVersions(repository: Repository, { fullName, versions, ruled }: Listed): string[] {
  const settings = packageOf(repository, fullName)?.versions
  const isKnownByRule = ruled.some(
    (version) => textOf(settings?.get(version) ?? {}, 'full_name') === fullName,
  )
  if (isKnownByRule) return []
  return versions
    .map((version) => definedVersion(repository, fullName, version))
    .filter((version) => !hasDetection(settings?.get(version) ?? {}))
}

function definedVersion(repository: Repository, fullName: string, version: string): string {
  if (version !== notFound) return version
  const versions = [...(packageOf(repository, fullName)?.versions ?? [])]
  return versions.findLast(([, settings]) => textOf(settings, 'full_name') === fullName)?.[0] ?? version
}

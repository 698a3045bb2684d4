// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, mapOf, pythonStr, SaltError, valueAt } from '@halite/core'
import { type PackageData, readDefinition, textOf, type VersionData } from './definition.ts'

/** What was read from the definition files of one environment. */
export interface Repository {
  /** Package name → version → settings. */
  readonly packages: ReadonlyMap<string, PackageData>
  /** Name in Add/Remove Programs → package name. */
  readonly names: ReadonlyMap<string, string>
  /** File → what is wrong with it. */
  readonly errors: ReadonlyMap<string, readonly string[]>
}

/** What is known before anything was read. */
export const emptyRepository: Repository = { packages: new Map(), names: new Map(), errors: new Map() }

/** `pkg.refresh_db` and `pkg.genrepo` return it; the lists are there when asked for, or when something failed. */
export interface RefreshReport {
  readonly total: number
  readonly success: number
  readonly failed: number
  readonly success_list?: Readonly<Record<string, readonly string[]>>
  readonly failed_list?: Readonly<Record<string, readonly string[]>>
}

/** Collects definition files, in the order in which they are given: a name belongs to the first that defines it. */
export class RepositoryBuilder {
  readonly #packages = new Map<string, PackageData>()
  readonly #names = new Map<string, string>()
  readonly #errors = new Map<string, readonly string[]>()
  readonly #successes = new Map<string, readonly string[]>()

  /** Adds what `file` was rendered to; `placeOf` says where in it a package stands, in words. */
  add(file: string, data: unknown, placeOf: (name: string) => string = () => ''): void {
    const { packages, problems } = readDefinition(data, (name) => this.#packages.has(name), placeOf)
    if (problems.length > 0) {
      this.#errors.set(file, problems)
      return
    }
    for (const [name, versions] of packages) this.#addPackage(name, versions)
    this.#successes.set(file, [...packages.keys()])
  }

  /** Adds a file that could not be rendered: `problem` says why. */
  addFailed(file: string, problem: string): void {
    this.#errors.set(file, [`Failed to compile, ${problem} `])
  }

  build(): Repository {
    return { packages: this.#packages, names: this.#names, errors: this.#errors }
  }

  report({ verbose }: { readonly verbose: boolean }): RefreshReport {
    const [success, failed] = [this.#successes.size, this.#errors.size]
    return {
      ...{ total: success + failed, success, failed },
      ...(verbose ? { success_list: Object.fromEntries(this.#successes) } : {}),
      ...(verbose || failed > 0 ? { failed_list: Object.fromEntries(this.#errors) } : {}),
    }
  }

  #addPackage(name: string, versions: PackageData): void {
    this.#packages.set(name, versions)
    for (const version of versions.values()) this.#names.set(textOf(version, 'full_name'), name)
  }
}

/** The versions of a package given by its name, or by its name in Add/Remove Programs. */
export function packageOf(
  repository: Repository,
  name: string,
): { name: string; versions: PackageData } | undefined {
  const known = repository.packages.has(name) ? name : repository.names.get(name)
  const versions = known === undefined ? undefined : repository.packages.get(known)
  return known === undefined || versions === undefined ? undefined : { name: known, versions }
}

/** As `pkg.get_repo_data` returns it, and as `winrepo.p` holds it. */
export function repositoryData({ packages, names, errors }: Repository): DataMap {
  const repo = mapOf([...packages].map(([name, versions]) => [name, mapOf(versions)]))
  const lists = [...errors].map(([file, problems]): [string, unknown] => [file, [...problems]])
  return mapOf([
    ['repo', repo],
    ['errors', mapOf(lists)],
    ['name_map', mapOf(names)],
  ])
}

/** Reads what `repositoryData` gave. Throws `VALUE_MALFORMED` when it is something else. */
export function repositoryFrom(data: unknown): Repository {
  return {
    packages: new Map(pairsAt(data, 'repo').map(([name, versions]) => [name, packageDataOf(name, versions)])),
    names: new Map(pairsAt(data, 'name_map').map(([full, name]) => [full, pythonStr(name)])),
    errors: new Map(pairsAt(data, 'errors').map(([file, list]) => [file, textsOf(list)])),
  }
}

function packageDataOf(name: string, versions: unknown): PackageData {
  if (!isMap(versions)) throw malformed(`the versions of ${name} are no map`)
  const pairs = entriesOf(versions).map(([version, settings]): [string, VersionData] => {
    if (!isMap(settings)) throw malformed(`version ${pythonStr(version)} of ${name} is no map`)
    return [pythonStr(version), settings]
  })
  return new Map(pairs)
}

function pairsAt(data: unknown, key: string): [string, unknown][] {
  const value = isMap(data) ? (valueAt(data, key) ?? {}) : undefined
  if (!isMap(value)) throw malformed(`${key} is no map`)
  return entriesOf(value).map(([name, one]) => [pythonStr(name), one])
}

function textsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map(pythonStr) : [pythonStr(list)]
}

function malformed(what: string): SaltError {
  return new SaltError('VALUE_MALFORMED', `the package database is not as it was written: ${what}`, {
    hint: 'run pkg.refresh_db, which writes it again',
  })
}

// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  hasKey,
  isMap,
  isTruthy,
  keysOf,
  pythonStr,
  pythonTypeName,
  valueAt,
} from '@halite/core'
import { problemOfDetection } from './detection.ts'

/** One version of a package as its file says it; keys that are not known stay. */
export type VersionData = DataMap
/** Version → what is known of it. */
export type PackageData = ReadonlyMap<string, VersionData>

/** What a definition file holds. */
export interface Definition {
  /** Package name → its versions. */
  readonly packages: ReadonlyMap<string, PackageData>
  /** What is wrong, one sentence each. A file with any of them is not used at all. */
  readonly problems: readonly string[]
}

const problemOfContents = 'Compiled contents, not a dictionary/hash '

/**
 * Checks what a definition file was rendered to. `isDefined` tells whether a package came with an earlier file; the rest of
 * the file is not looked at then. `placeOf` says where a package stands, in words. Never throws: what is wrong is told in `problems`.
 */
export function readDefinition(
  data: unknown,
  isDefined: (name: string) => boolean,
  placeOf: (name: string) => string = () => '',
): Definition {
  if (!isTruthy(data)) return { packages: new Map(), problems: [] }
  if (!isMap(data)) return { packages: new Map(), problems: [problemOfContents] }
  const packages = new Map<string, PackageData>()
  const problems: string[] = []
  for (const [key, versions] of entriesOf(data)) {
    const name = pythonStr(key)
    const place = placeOf(name)
    const problem = (text: string) => problems.push(place === '' ? text : `${text} (${place})`)
    if (isDefined(name)) {
      problem(`package '${name}' already defined`)
      break
    }
    // A template that has no version for this machine leaves the name alone.
    if (versions !== null && versions !== undefined) packages.set(name, readVersions(name, versions, problem))
  }
  return { packages, problems }
}

function readVersions(name: string, data: unknown, report: (problem: string) => void): PackageData {
  const versions = new Map<string, VersionData>()
  if (!isMap(data)) {
    report(`package '${name}', its versions are a ${pythonTypeName(data)}, not a dictionary`)
    return versions
  }
  for (const [version, settings] of entriesOf(data)) {
    const problem = problemOfVersion(name, version, settings)
    if (problem !== undefined) report(problem)
    else versions.set(version as string, settings as VersionData)
  }
  return versions
}

function problemOfVersion(name: string, version: unknown, settings: unknown): string | undefined {
  if (typeof version !== 'string') {
    return `package '${name}', version number ${pythonStr(version)} is not a string`
  }
  if (!isMap(settings)) {
    return `package '${name}', repo data for version number ${version} is not defined as a dictionary`
  }
  if (hasKey(settings, 'full_name')) return detectionProblem(name, version, settings)
  const known = keysOf(settings).map(pythonStr).join(', ')
  return `package '${name}', version number ${version} has no full_name${known === '' ? '' : ` (it has ${known})`}`
}

function detectionProblem(name: string, version: string, settings: VersionData): string | undefined {
  const problem = problemOfDetection(settings)
  return problem === undefined ? undefined : `package '${name}', version number ${version}: ${problem}`
}

/** The text of a setting; '' when it is absent or false. */
export function textOf(version: VersionData, name: string): string {
  const value = valueAt(version, name)
  return isTruthy(value) ? pythonStr(value) : ''
}

/** Whether a setting is on; `fallback` when it is absent. */
export function isOn(version: VersionData, name: string, fallback = false): boolean {
  return hasKey(version, name) ? isTruthy(valueAt(version, name)) : fallback
}

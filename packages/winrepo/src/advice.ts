// SPDX-License-Identifier: Apache-2.0
import { textOf } from './definition.ts'
import { hasDetection } from './detection.ts'
import type { Inventory } from './inventory.ts'
import type { Step } from './plan.ts'
import { latest, notFound } from './versions.ts'

/** What was to be installed, and the software of before and after by its names in Add/Remove Programs. */
export interface Installed {
  readonly name: string
  readonly step: Pick<Step, 'version' | 'settings'>
  readonly before: Inventory
  readonly after: Inventory
  /** What of the rule of the version does not hold, in words; where it has a rule, that alone counts. */
  readonly undetected?: string | undefined
  /** How long the list was looked at, in seconds. */
  readonly waitedSeconds: number
}

interface Entry {
  readonly fullName: string
  readonly version: string
}

/**
 * Why a version that was installed is not in the list, and what to write into its definition; undefined when it is there. A version
 * `latest` is whatever its full name has.
 */
export function adviceFor({ name, step, undetected, ...looks }: Installed): string | undefined {
  const { version, settings } = step
  const { before, after, waitedSeconds } = looks
  if (hasDetection(settings)) {
    const seen = `${name} ${version} is not found by the rule in its definition, although its installer reported success`
    return undetected === undefined ? undefined : `${seen}: ${undetected}. Correct detect or install_flags.`
  }
  const fullName = textOf(settings, 'full_name')
  const listed = after.get(fullName)
  if (listed !== undefined && (version === latest || listed.includes(version))) return undefined
  const wanted = `${name} ${version} is not in Add/Remove Programs as '${fullName}', although its installer reported success`
  if (listed?.includes(notFound)) {
    return `${wanted}: its entry there has no version, and several versions have that full_name. Say in its definition how each is detected (detect).`
  }
  if (listed !== undefined) {
    const shown = listed.map((one) => `'${one}'`).join(', ')
    return `${wanted}: that name has version ${shown}. If this is the installed software, write ${shown} in place of '${version}' in its definition.`
  }
  const [first, ...more] = appeared(before, after)
  if (first === undefined) {
    return `${wanted}: nothing appeared there within ${waitedSeconds} s. Check its install_flags, and whether it installs for this architecture.`
  }
  const others = more.map(shownEntry).join(', ')
  const also = others === '' ? '' : ` (also ${others})`
  const line =
    first.version === version
      ? `full_name: '${first.fullName.replaceAll("'", "''")}'`
      : `'${first.version}': with full_name: '${first.fullName.replaceAll("'", "''")}'`
  return `${wanted}: what appeared is ${shownEntry(first)}${also}. Write into its definition: ${line}`
}

/** Entries that were not there before. */
function appeared(before: Inventory, after: Inventory): Entry[] {
  return [...after].flatMap(([fullName, versions]) => {
    const old = before.get(fullName) ?? []
    return versions.filter((version) => !old.includes(version)).map((version) => ({ fullName, version }))
  })
}

function shownEntry({ fullName, version }: Entry): string {
  return `'${fullName}' version '${version}'`
}

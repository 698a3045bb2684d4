// SPDX-License-Identifier: Apache-2.0
import { equal } from '@halite/core'

/** `ERROR_SUCCESS_REBOOT_INITIATED`: done, and the machine restarts now. */
const rebootInitiated = 1641
/** `ERROR_SUCCESS_REBOOT_REQUIRED`: done once the machine restarts. */
const rebootRequired = 3010

/** What the exit code of an installer or uninstaller means. */
export interface Outcome {
  readonly succeeded: boolean
  readonly needsReboot: boolean
  /** As the functions return it, below `install status` or `uninstall status`. */
  readonly text: string
}

/** Reads an exit code as Windows has it: 32 bits, here or from Node as a negative number. */
export function outcomeOf(exitCode: number): Outcome {
  const code = exitCode >>> 0
  if (code === 0) return { succeeded: true, needsReboot: false, text: 'success' }
  if (code === rebootRequired) return { succeeded: true, needsReboot: true, text: 'success, reboot required' }
  if (code === rebootInitiated)
    return { succeeded: true, needsReboot: false, text: 'success, reboot initiated' }
  return { succeeded: false, needsReboot: false, text: 'failed' }
}

/** Versions before and after, as `1.0,2.0`; '' for none. */
export interface Change {
  readonly old: string
  readonly new: string
}

/** What differs between two inventories, versions as `1.0,2.0` and '' for none. */
export function changesBetween(
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
): Map<string, Change> {
  const names = new Set([...before.keys(), ...after.keys()])
  const changes = new Map<string, Change>()
  for (const name of names) {
    const [old, now] = [before.get(name) ?? [], after.get(name) ?? []]
    if (!equal(old, now)) changes.set(name, { old: old.join(','), new: now.join(',') })
  }
  return changes
}

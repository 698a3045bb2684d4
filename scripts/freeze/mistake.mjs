// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'

/** What whoever builds a release asked for cannot be; its message says why. */
export class Mistake extends Error {}

/** The text of the file that an option names. Throws `Mistake` when it cannot be read. */
export function readGiven(option, file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Mistake(`${option} ${file} cannot be read: ${cause.message}`, { cause })
  }
}

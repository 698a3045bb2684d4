// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '../errors.ts'

/** The error of a value that `what`: a verb and what follows. */
export function malformed(what: string): SaltError {
  return new SaltError('VALUE_MALFORMED', `msgpack value ${what}`)
}

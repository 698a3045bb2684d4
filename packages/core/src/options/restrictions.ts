// SPDX-License-Identifier: Apache-2.0
import { isMap, valuesOf } from '../values/maps.ts'

/** Options of Salt that forbid something, and that this version does not use: whoever sets one relies on it. */
const names = new Set([
  'publisher_acl_blacklist',
  'client_acl_blacklist',
  'sudo_acl',
  'verify_master_pubkey_sign',
  'require_minion_sign_messages',
  'drop_messages_signature_fail',
  'ssl',
])

/** Whether an option of a configuration would forbid something, with the value that it has. */
export function isRestriction(name: string, value: unknown): boolean {
  return names.has(name) && saysAnything(value)
}

/** The lists of Salt's own example file are empty. */
function saysAnything(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(saysAnything)
  if (isMap(value)) return valuesOf(value).some(saysAnything)
  return value !== false && value !== null && value !== undefined && value !== ''
}

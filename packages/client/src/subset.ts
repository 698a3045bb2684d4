// SPDX-License-Identifier: Apache-2.0
/** Whether a minion's answer to `sys.list_functions` names all of these. */
export function hasFunctions(known: unknown, names: readonly string[]): boolean {
  return Array.isArray(known) && names.every((name) => known.includes(name))
}

// SPDX-License-Identifier: Apache-2.0

/** The arguments that have a value: a call leaves out the others. */
export function given<T extends object>(args: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const all = Object.entries(args).filter(([, value]) => value !== undefined)
  // What is left has the type of what was there.
  return Object.fromEntries(all) as { [K in keyof T]: Exclude<T[K], undefined> }
}

// SPDX-License-Identifier: Apache-2.0
import { existsSync, writeFileSync } from 'node:fs'
import { messageOf } from './errors.ts'

const filter = '/proc/self/coredump_filter'
/** The kernel's own default: anonymous memory, ELF headers, private huge pages. */
const usual = '0x33'

/**
 * Keeps our memory, which holds keys, out of a core dump, and that of every process started from now on. Before a change
 * of user: after it the kernel does not let us. Returns why it could not be done, undefined when it was; a
 * system without this switch counts as done.
 */
export function leaveMemoryOutOfCoreDumps(): string | undefined {
  return setFilter('0')
}

/** Has the programs that this process starts leave the core dumps they would leave without us. */
export function allowCoreDumps(): void {
  setFilter(usual)
}

function setFilter(value: string): string | undefined {
  if (!existsSync(filter)) return undefined
  try {
    writeFileSync(filter, value)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

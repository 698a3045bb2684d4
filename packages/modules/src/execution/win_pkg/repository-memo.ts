// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import type { Repository } from '@halite/winrepo'

/** The definitions that a job has read already. */
export function knownRepository({ memo }: ExecContext, saltenv: string): Promise<Repository> | undefined {
  return memo.get(keyOf(saltenv)) as Promise<Repository> | undefined
}

/** The rest of the job is given these. */
export function keepRepository({ memo }: ExecContext, saltenv: string, reading: Promise<Repository>): void {
  memo.set(keyOf(saltenv), reading)
}

/** The next look at them reads them again. */
export function forgetRepository({ memo }: ExecContext, saltenv: string): void {
  memo.delete(keyOf(saltenv))
}

function keyOf(saltenv: string): string {
  return `win_pkg/repository/${saltenv}`
}

// SPDX-License-Identifier: Apache-2.0

/** What ends processes; another one in tests. */
export interface ProcessSystem {
  readonly platform: NodeJS.Platform
  /** Runs a program. `ended` is given its exit code, and -1 when it cannot be started, with what it printed. */
  start(argv: readonly [string, ...string[]], ended: (code: number, output: Buffer) => void): void
  /** As `process.kill`. */
  kill(pid: number, signal: NodeJS.Signals): void
}

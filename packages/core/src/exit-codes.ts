// SPDX-License-Identifier: Apache-2.0

/** Process exit codes of every tool: Salt's numbers, so that scripts which test them keep working. */
export const exitCodes = {
  ok: 0,
  generic: 1,
  /** `salt`: no return was received, or the master could not be reached; states: a state failed. */
  noReturn: 2,
  /** Target or function missing on the command line; a pinned fingerprint that does not match. */
  incomplete: 42,
  usage: 64,
  noUser: 67,
  unavailable: 69,
  software: 70,
  cannotCreate: 73,
  temporary: 75,
  noPermission: 77,
  keepAlive: 99,
  /** `salt-call` after Ctrl-C and after SIGTERM: 128 and the number of the signal, as shells count. */
  interrupted: 130,
  terminated: 143,
  /** `salt-call`: the function does not exist. */
  notAvailable: 255,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

// SPDX-License-Identifier: Apache-2.0

/** Return codes of functions that run states, Salt's. */
export const retcodes = { compilerError: 1, stateFailed: 2, pillarFailed: 5 } as const

// SPDX-License-Identifier: Apache-2.0
import { configurationErrors } from './error-catalogue/configuration.ts'
import { daemonErrors } from './error-catalogue/daemons.ts'
import { inputErrors } from './error-catalogue/input.ts'
import { jobErrors } from './error-catalogue/jobs.ts'
import { keyErrors } from './error-catalogue/keys.ts'
import { releaseErrors } from './error-catalogue/releases.ts'
import { wireErrors } from './error-catalogue/wire.ts'

/**
 * Every error this product can raise: code → meaning, remedy, exit code. `docs/reference/errors.md` is generated from it.
 * Codes are part of the public interface: they are never renamed or reused.
 */
export const errorCatalogue = {
  ...inputErrors,
  ...configurationErrors,
  ...daemonErrors,
  ...releaseErrors,
  ...wireErrors,
  ...keyErrors,
  ...jobErrors,
} as const

/** The code of an error in the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue

// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, errorCatalogue } from './error-catalogue.ts'

export interface SaltErrorOptions {
  /** The next step for the reader; printed below the message. */
  readonly hint?: string
  readonly cause?: unknown
  /** Overrides the exit code of the catalogue. */
  readonly exitCode?: number
  /** Plain data for programs; never a secret. */
  readonly data?: Readonly<Record<string, unknown>>
}

/**
 * The one error class. Callers match on `code` (two copies of this package may be loaded, so `instanceof` is not enough).
 * The message names the thing, the value and what was expected; `hint` names the next step.
 */
export class SaltError extends Error {
  override readonly name = 'SaltError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly exitCode: number
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, message: string, options: SaltErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.exitCode = options.exitCode ?? errorCatalogue[code].exitCode
    this.data = options.data
  }
}

/** Whether `error` is one of ours, and, when `code` is given, has that code. */
export function isSaltError(error: unknown, code?: ErrorCode): error is SaltError {
  if (!(error instanceof Error) || error.name !== 'SaltError' || !('code' in error)) return false
  return code === undefined || error.code === code
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The system's error code (`ENOENT`, `EACCES`, …) of anything that was thrown, or undefined. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

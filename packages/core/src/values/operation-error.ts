// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '../errors.ts'

/** Python's exceptions that an operation on values can raise. */
export type OperationErrorName =
  | 'TypeError'
  | 'ValueError'
  | 'ZeroDivisionError'
  | 'OverflowError'
  | 'KeyError'

/** What Python raises for an operation that its operands do not allow: `VALUE_OPERATION`, Python's text, `data.exception`. */
export function operationError(exception: OperationErrorName, text: string): SaltError {
  return new SaltError('VALUE_OPERATION', text, { data: { exception } })
}

// SPDX-License-Identifier: Apache-2.0
import type { Found } from '../registry.ts'
import { type Made, made } from './service.ts'

/** Where states are found. */
export interface StateFunctions {
  /** A function by `module.function`. Rejects with `FUNCTION_UNKNOWN`, or `MODULE_INVALID` when its module is broken. */
  find(name: string): Promise<Found>
}

/** The service `states`. */
export const statesService: Made<StateFunctions> = made<StateFunctions>(({ registry }) => ({
  find: (name) => registry.function(name, 'states'),
}))

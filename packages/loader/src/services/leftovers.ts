// SPDX-License-Identifier: Apache-2.0
import type { Leftovers } from '../context.ts'
import { optionalFact } from './service.ts'

/** Notes nothing: for functions that run in a daemon, and in tests. */
export const unnoted: Leftovers = { note: () => () => undefined }

/** The service `leftovers`. */
export const leftoversService = optionalFact<Leftovers>(() => unnoted)

// SPDX-License-Identifier: Apache-2.0
import { arg } from '@halite/loader'

/** Salt's switch for the environment of the daemon. */
export const updateMinion = arg.unsupported(
  false,
  'the daemon keeps the environment that its service gives it; set the variable in the unit of the service',
)

/** Salt's switch for the registry of Windows. */
export const permanent = arg.unsupported(false, 'nothing is changed beyond the job')

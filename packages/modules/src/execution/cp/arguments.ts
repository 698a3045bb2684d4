// SPDX-License-Identifier: Apache-2.0
import { arg } from '@halite/loader'

/** The environment of a URL. */
export const saltenv = arg.string('Environment of a URL that names none.').optional()

/** The beginning of paths. */
export const prefix = arg.string('What the paths have to begin with.').default('')

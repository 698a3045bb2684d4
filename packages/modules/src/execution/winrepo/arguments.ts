// SPDX-License-Identifier: Apache-2.0
import { arg } from '@halite/loader'

/** What is removed when remotes are checked out. */
export const clean = arg
  .boolean('Remove directories beside them that belong to no remote: definitions of other origin too.')
  .default(false)

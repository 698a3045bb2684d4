// SPDX-License-Identifier: Apache-2.0
import type { Logger, MinionOptions } from '@halite/core'
import type { WinrepoContext } from '@halite/loader'

/** Definitions of packages from git, for a minion without a master; what fetches them is loaded with the first call. */
export function winrepoOf(options: MinionOptions, log: Logger): WinrepoContext {
  return {
    updateGitRepos: async (clean) => {
      const { updateWinrepo } = await import('@halite/fileserver')
      return updateWinrepo({ options, clean, log })
    },
  }
}

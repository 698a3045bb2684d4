// SPDX-License-Identifier: Apache-2.0
import { defineModule } from '@halite/loader'
import { branchFunctions } from './git/branches.ts'
import { configFunctions } from './git/config.ts'
import { remoteUrlFunctions } from './git/remote-urls.ts'
import { remoteFunctions } from './git/remotes.ts'
import { revisionFunctions } from './git/revisions.ts'
import { workingCopyFunctions } from './git/working-copy.ts'
import { worktreeFunctions } from './git/worktrees.ts'

/** `git`: repositories on the minion. */
export default defineModule({
  name: 'git',
  doc: 'Runs git. A user and password for https are given to it in its environment: they stand in no list of arguments, no log and no clone.',
  needs: { programs: ['git'] },
  functions: {
    ...workingCopyFunctions,
    ...branchFunctions,
    ...revisionFunctions,
    ...remoteFunctions,
    ...remoteUrlFunctions,
    ...configFunctions,
    ...worktreeFunctions,
  },
})

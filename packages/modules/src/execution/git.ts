// SPDX-License-Identifier: Apache-2.0
import { defineModule } from '@halite/loader'
import { configFunctions } from './git/config.ts'
import { historyFunctions } from './git/history.ts'
import { remoteFunctions } from './git/remotes.ts'
import { worktreeFunctions } from './git/worktrees.ts'

/** `git`: repositories on the minion. */
export default defineModule({
  name: 'git',
  doc: 'Runs git. A user and password for https are given to it in its environment: they stand in no list of arguments, no log and no clone.',
  needs: { programs: ['git'] },
  functions: { ...historyFunctions, ...remoteFunctions, ...configFunctions, ...worktreeFunctions },
})

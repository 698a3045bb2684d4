// SPDX-License-Identifier: Apache-2.0
import { defineModule } from '@halite/loader'
import { attributeFunctions } from './file/functions/attributes.ts'
import { backupFunctions } from './file/functions/backups.ts'
import { contentFunctions } from './file/functions/content.ts'
import { editFunctions } from './file/functions/edit.ts'
import { factFunctions } from './file/functions/facts.ts'
import { findingFunctions } from './file/functions/finding.ts'
import { makingFunctions } from './file/functions/making.ts'
import { managingFunctions } from './file/functions/managing.ts'
import { movingFunctions } from './file/functions/moving.ts'
import { ownerFunctions } from './file/functions/owners.ts'
import { pathFunctions } from './file/functions/paths.ts'
import { presenceFunctions } from './file/functions/presence.ts'
import { searchFunctions } from './file/functions/search.ts'
import { sumFunctions } from './file/functions/sums.ts'

/** `file`: files, directories and links of the minion. One line for each subject; what they share lies in `file/`. */
export default defineModule({
  name: 'file',
  doc: 'Looks at files, directories and links, makes, copies, moves and removes them, finds them, and edits texts.',
  functions: {
    ...contentFunctions,
    ...editFunctions,
    ...pathFunctions,
    ...searchFunctions,
    ...attributeFunctions,
    ...backupFunctions,
    ...factFunctions,
    ...findingFunctions,
    ...makingFunctions,
    ...managingFunctions,
    ...movingFunctions,
    ...ownerFunctions,
    ...presenceFunctions,
    ...sumFunctions,
  },
})

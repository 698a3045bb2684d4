// SPDX-License-Identifier: Apache-2.0
import { defineModule } from '@halite/loader'
import { contentFunctions } from './file/functions/content.ts'
import { editFunctions } from './file/functions/edit.ts'
import { pathFunctions } from './file/functions/paths.ts'
import { searchFunctions } from './file/functions/search.ts'

/** `file`: files, directories and links of the minion. One line for each subject; what they share lies in `file/`. */
export default defineModule({
  name: 'file',
  doc: 'Looks at files, directories and links, makes, copies, moves and removes them, finds them, and edits texts.',
  functions: {
    ...contentFunctions,
    ...editFunctions,
    ...pathFunctions,
    ...searchFunctions,
  },
})

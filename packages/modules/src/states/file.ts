// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { managedArguments, manageFile } from './file/managed.ts'

/** `file`: files and what they hold. */
export default defineState({
  name: 'file',
  doc: 'Files and what they hold.',
  functions: {
    managed: stateFn({
      doc: 'Make a file that holds what ``contents`` says, or what ``source`` holds.',
      examples: [`salt '*' state.single file.managed /etc/motd contents=hello mode=0644`],
      args: { ...managedArguments, kwargs: arg.keywords('Whatever else is given counts for nothing.') },
      run: (ctx, args) => manageFile(ctx, args),
    }),
  },
})

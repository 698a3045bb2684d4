// SPDX-License-Identifier: Apache-2.0
import { defineState, stateFn } from '@halite/loader'
import { extract } from './archive/extracted.ts'
import { extractedArguments } from './archive/wanted.ts'

/** `archive`: archives that are extracted. */
export default defineState({
  name: 'archive',
  doc: 'Extracts archives.',
  functions: {
    extracted: stateFn({
      doc: 'Extract an archive into a directory when something of it is missing there. A member that would leave the directory is refused by its name, and so is an archive that holds far more than its own size.',
      examples: [
        "salt '*' state.single archive.extracted /opt/ source=https://example.org/app-1.2.tar.gz source_hash=sha256=…",
      ],
      args: extractedArguments,
      run: extract,
    }),
  },
})

// SPDX-License-Identifier: Apache-2.0
import { defineModule } from '@halite/loader'
import { changing } from './aptpkg/functions/changing.ts'
import { facts } from './aptpkg/functions/facts.ts'
import { queries } from './aptpkg/functions/queries.ts'
import { repositories } from './aptpkg/functions/repositories.ts'
import { selecting } from './aptpkg/functions/selecting.ts'

/** `pkg` on Debian and its derivatives. */
export default defineModule({
  name: 'aptpkg',
  virtual: 'pkg',
  doc: 'Packages on Debian and its derivatives, through apt-get, apt-cache and dpkg.',
  needs: { os_family: 'Debian', programs: ['apt-get', 'dpkg-query'] },
  functions: { ...queries, ...changing, ...selecting, ...facts, ...repositories },
})

// SPDX-License-Identifier: Apache-2.0
import { defineGrain } from '@halite/loader'
import { readVirtualSigns } from './parts/virtual-signs.ts'
import { virtualGrains } from './parts/virtualization.ts'

export default defineGrain({
  name: 'virtual',
  doc: 'What this machine is: physical, or the kind of hypervisor or container it lives in, from files alone.',
  provides: ['virtual', 'virtual_subtype'],
  needs: { platform: 'linux' },
  collect: () => virtualGrains(readVirtualSigns()),
})

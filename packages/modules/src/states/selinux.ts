// SPDX-License-Identifier: Apache-2.0
import { defineState } from '@halite/loader'

export default defineState({
  name: 'selinux',
  doc: 'SELinux. It is not built: machines say so, with what to do in its place.',
  needs: {
    platform: 'linux',
    selinux: true,
    unsupported: 'use cmd.run with setsebool, semanage or semodule, and unless or onlyif with getsebool',
  },
  functions: {},
})

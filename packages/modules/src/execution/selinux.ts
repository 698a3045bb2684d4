// SPDX-License-Identifier: Apache-2.0
import { defineModule } from '@halite/loader'

export default defineModule({
  name: 'selinux',
  doc: 'SELinux. It is not built: machines say so, with what to do in its place.',
  needs: {
    platform: 'linux',
    selinux: true,
    unsupported:
      'run getenforce, setsebool, semanage or semodule with cmd.run, restorecon with file.restorecon',
  },
  functions: {},
})

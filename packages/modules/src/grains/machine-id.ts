// SPDX-License-Identifier: Apache-2.0
import { defineGrain } from '@halite/loader'
import { readText } from './parts/read.ts'

export default defineGrain({
  name: 'machine-id',
  doc: 'The id that was given to this installation, from `/etc/machine-id` or D-Bus.',
  provides: ['machine_id'],
  needs: { platform: ['linux', 'freebsd', 'openbsd', 'netbsd'] },
  collect: () => {
    const text = readText('/etc/machine-id') ?? readText('/var/lib/dbus/machine-id')
    const machine_id = text?.trim()
    return machine_id ? { machine_id } : {}
  },
})

// SPDX-License-Identifier: Apache-2.0
import { defineGrain } from '@halite/loader'
import { readText } from './parts/read.ts'
import { parseResolvConf } from './parts/resolv-conf.ts'

export default defineGrain({
  name: 'dns',
  doc: "How names are resolved; behind systemd's stub resolver, the servers that it asks.",
  provides: ['dns'],
  needs: { platform: ['linux', 'darwin', 'freebsd', 'openbsd', 'netbsd'] },
  collect: () => {
    const text = readText('/run/systemd/resolve/resolv.conf') ?? readText('/etc/resolv.conf')
    return text === undefined ? {} : { dns: parseResolvConf(text) }
  },
})

// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os'
import { defineGrain } from '@halite/loader'
import { canonicalName, splitName } from './parts/host-names.ts'
import { readHosts } from './parts/hosts-file.ts'

export default defineGrain({
  name: 'hostname',
  doc: "The host's names, as far as the hosts file knows them; `fqdns` asks the name services later.",
  provides: ['nodename', 'localhost', 'host', 'domain', 'fqdn'],
  collect: () => {
    const name = hostname()
    const fqdn = canonicalName(name, readHosts()) ?? name
    return { nodename: name, localhost: name, fqdn, ...splitName(fqdn) }
  },
})

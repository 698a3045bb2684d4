// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { absent, present } from './ssh/known.ts'

const user = arg.string('The user whose file it is; default the file of the system.').optional()
const config = arg.string('The file; from the home of the user.').optional()

/** `ssh_known_hosts`: hosts that are known. */
export default defineState({
  name: 'ssh_known_hosts',
  doc: 'Keys of hosts that are known. ``name`` is the host.',
  functions: {
    present: stateFn({
      doc: 'Have the key of a host known: the one that is given, else what the host answers, if it has the fingerprint that is given.',
      args: {
        user,
        fingerprint: arg.string('The fingerprint of its key.').optional(),
        key: arg.string('Its key in base64.').optional(),
        port: arg.integer('Its port, when that is not 22.').optional(),
        enc: arg.string('The kind of keys; default all.').optional(),
        config,
        hash_known_hosts: arg.boolean('Keep hashes in place of names.').default(true),
        timeout: arg.integer('Seconds that the host has to answer.').default(5),
        fingerprint_hash_type: arg.string('The hash of fingerprints; default ``sha256``.').optional(),
      },
      run: present,
    }),
    absent: stateFn({
      doc: 'Have the keys of a host known no more.',
      args: { user, config },
      run: absent,
    }),
  },
})

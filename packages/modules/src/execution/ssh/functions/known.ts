// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { hashHosts, hostEntries, removeHost } from '../known-hosts.ts'
import { checkHost, scanHost, setHost } from '../set-known-host.ts'

const user = arg.string('The user whose file it is; default the file of the system.').optional()
const hostname = arg.string('The host.')
const config = arg.string('The file; from the home of the user.').optional()
const port = arg.integer('Its port, when that is not 22.').optional()
const hashType = arg.string('The hash of fingerprints; default ``sha256``.').optional()
const enc = arg.string('The kind of keys; default all.').optional()
const isHashed = arg.boolean('Keep hashes in place of names.').default(true)
const timeout = arg.integer('Seconds that the host has to answer.').default(5)
const givenHost = arg.string('The host.').default('')
const key = arg.string('Its key in base64.').optional()
const fingerprint = arg.string('The fingerprint of its key.').optional()

/** Functions of `ssh` for the hosts that are known. */
export const known = {
  get_known_host_entries: fn({
    doc: 'Return the known keys of a host, or None when no key of it is known.',
    examples: ["salt '*' ssh.get_known_host_entries <user> <hostname>"],
    args: { user, hostname: givenHost, config, port, fingerprint_hash_type: hashType },
    run: async (ctx, args) => (await hostEntries(ctx, args)) ?? null,
  }),
  recv_known_host_entries: fn({
    doc: 'Ask a host for its keys; return them, None when it gives none.',
    examples: ["salt '*' ssh.recv_known_host_entries <hostname> enc=<enc> port=<port>"],
    args: { hostname, enc, port, hash_known_hosts: isHashed, timeout, fingerprint_hash_type: hashType },
    run: async (ctx, args) => (await scanHost(ctx, args)) ?? null,
  }),
  check_known_host: fn({
    doc: 'Return what there is to do for a host to be known: ``add``, ``update``, or nothing as it ``exists``.',
    examples: ["salt '*' ssh.check_known_host <user> <hostname> key='AAAA...FAaQ=='"],
    args: { user, hostname: givenHost, key, fingerprint, config, port, fingerprint_hash_type: hashType },
    run: checkHost,
  }),
  set_known_host: fn({
    doc: 'Have the key of a host known: the one that is given, else what the host answers, if it has the fingerprint that is given.',
    examples: [
      "salt '*' ssh.set_known_host <user> fingerprint='xx:xx:..:xx' enc='ssh-rsa' config='.ssh/known_hosts'",
    ],
    args: {
      user,
      hostname: givenHost,
      fingerprint,
      key,
      port,
      enc,
      config,
      hash_known_hosts: isHashed,
      timeout,
      fingerprint_hash_type: hashType,
    },
    run: setHost,
  }),
  rm_known_host: fn({
    doc: 'Have the keys of a host known no more.',
    examples: ["salt '*' ssh.rm_known_host <user> <hostname>"],
    args: { user, hostname: givenHost, config, port },
    run: removeHost,
  }),
  hash_known_hosts: fn({
    doc: 'Put hashes in the place of names of hosts.',
    examples: [
      "salt '*' ssh.hash_known_hosts",
      "salt '*' ssh.hash_known_hosts user=ann config=.ssh/known_hosts",
    ],
    args: { user, config },
    run: hashHosts,
  }),
}

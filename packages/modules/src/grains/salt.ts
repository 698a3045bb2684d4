// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '@halite/core'
import { defineGrain } from '@halite/loader'

export default defineGrain({
  name: 'salt',
  doc: 'The minion itself: id, master, version and place of the program, and the Node it runs on.',
  provides: ['id', 'master', 'server_id', 'saltversion', 'saltversioninfo', 'saltpath', 'nodeversion'],
  collect: ({ id, options }) => ({
    id,
    master: options['master'] ?? '',
    server_id: serverId(id),
    saltversion: version,
    saltversioninfo: (version.split('-')[0] ?? '').split('.').map(Number),
    saltpath: dirname(dirname(fileURLToPath(import.meta.url))),
    nodeversion: process.versions.node,
  }),
})

/** A positive 31-bit number that follows from the id, the same that Salt gives it: for server ids of databases. */
export function serverId(id: string): number {
  const digest = createHash('sha256').update(id).digest()
  return digest.readUInt32BE(digest.length - 4) & 0x7fffffff
}

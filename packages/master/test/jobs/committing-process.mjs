// SPDX-License-Identifier: Apache-2.0
// Commits one key after the other into the store named by its argument, and prints each as soon as it is committed.
import { writeSync } from 'node:fs'
import { open } from 'lmdb'
import { Commits } from '../../dist/jobs/commits.js'

const root = open({ path: process.argv[2], encoding: 'binary' })
const commits = new Commits(root)
for (let n = 0; ; n += 1) {
  const key = `key${n}`
  const write = { put: () => root.put(key, Buffer.from(key)), isVisible: () => root.doesExist(key) }
  await commits.add(write, { isUrgent: true })
  writeSync(1, `${key}\n`)
}

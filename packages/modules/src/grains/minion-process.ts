// SPDX-License-Identifier: Apache-2.0
import { userInfo } from 'node:os'
import { defineGrain } from '@halite/loader'
import { readText } from './parts/read.ts'

export default defineGrain({
  name: 'minion-process',
  doc: 'The process that collected these grains, its user and its group.',
  provides: ['pid', 'uid', 'gid', 'username', 'groupname'],
  collect: () => {
    const [uid, gid] = [process.getuid?.(), process.getgid?.()]
    return {
      pid: process.pid,
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid, groupname: groupName(readText('/etc/group') ?? '', gid) }),
      username: userName(),
    }
  },
})

/** The name of a group in `/etc/group`; empty when it has none there. */
export function groupName(text: string, gid: number): string {
  const line = text.split('\n').find((each) => each.split(':')[2] === String(gid))
  return line?.split(':')[0] ?? ''
}

/** Empty for a user id without an entry, as containers have them. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}

// SPDX-License-Identifier: Apache-2.0
import { findProgram } from '@halite/core'
import { defineGrain } from '@halite/loader'
import { readText } from './parts/read.ts'

export default defineGrain({
  name: 'selinux',
  doc: 'Whether SELinux is on and enforces its policy; absent where its tools are not installed.',
  provides: ['selinux'],
  needs: { platform: 'linux' },
  collect: () =>
    findProgram('selinuxenabled') === undefined
      ? {}
      : { selinux: selinuxState(readText('/sys/fs/selinux/enforce')) },
})

/** From the text of the kernel's `enforce` file, which exists while SELinux is on. */
export function selinuxState(enforce: string | undefined): { enabled: boolean; enforced: string } {
  if (enforce === undefined) return { enabled: false, enforced: 'Disabled' }
  return { enabled: true, enforced: enforce.trim() === '1' ? 'Enforcing' : 'Permissive' }
}

// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { defineGrain } from '@halite/loader'
import { isDirectory, namesIn } from './parts/read.ts'

export default defineGrain({
  name: 'efi',
  doc: 'Whether the firmware is UEFI, and whether it starts signed kernels only.',
  provides: ['efi', 'efi-secure-boot'],
  needs: { platform: 'linux' },
  collect: () => ({ efi: isDirectory('/sys/firmware/efi'), 'efi-secure-boot': secureBoot() }),
})

const variables = '/sys/firmware/efi/efivars'

/** The last byte of the variable is its value; the four before it are attributes. */
function secureBoot(): boolean {
  const name = namesIn(variables).find((each) => each.startsWith('SecureBoot-'))
  if (name === undefined) return false
  try {
    return readFileSync(`${variables}/${name}`).at(-1) === 1
  } catch {
    return false
  }
}

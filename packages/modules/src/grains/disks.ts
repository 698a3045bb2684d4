// SPDX-License-Identifier: Apache-2.0
import { readlinkSync } from 'node:fs'
import { defineGrain } from '@halite/loader'
import { namesIn, readText } from './parts/read.ts'

export default defineGrain({
  name: 'disks',
  doc: 'Names of the disks that turn, and of those that do not (`ssds`).',
  provides: ['disks', 'ssds'],
  needs: { platform: 'linux' },
  collect: () => {
    const real = namesIn('/sys/block').filter((name) => !isVirtual(name))
    const turning = (name: string) => readText(`/sys/block/${name}/queue/rotational`)?.trim()
    return {
      disks: real.filter((name) => turning(name) === '1'),
      ssds: real.filter((name) => turning(name) === '0'),
    }
  },
})

/** Loop devices, RAM disks, device mapper and their like have no device behind them. */
function isVirtual(name: string): boolean {
  try {
    return readlinkSync(`/sys/block/${name}`).startsWith('../devices/virtual/')
  } catch {
    return true
  }
}

// SPDX-License-Identifier: Apache-2.0
import { totalmem } from 'node:os'
import { defineGrain } from '@halite/loader'
import { parseMemInfo } from './parts/mem-info.ts'
import { readText } from './parts/read.ts'

export default defineGrain({
  name: 'memory',
  doc: 'Main memory and swap space, in MiB.',
  provides: ['mem_total', 'swap_total'],
  collect: () => {
    const text = process.platform === 'linux' ? readText('/proc/meminfo') : undefined
    return text === undefined ? { mem_total: Math.floor(totalmem() / 2 ** 20) } : parseMemInfo(text)
  },
})

// SPDX-License-Identifier: Apache-2.0
import { cpus } from 'node:os'
import { defineGrain } from '@halite/loader'
import { parseCpuInfo } from './parts/cpu-info.ts'
import { readText } from './parts/read.ts'

export default defineGrain({
  name: 'cpu',
  doc: 'Number, model and flags of the processors.',
  provides: ['num_cpus', 'cpu_model', 'cpu_flags'],
  collect: () => {
    if (process.platform === 'linux') return parseCpuInfo(readText('/proc/cpuinfo') ?? '')
    const all = cpus()
    return { num_cpus: all.length, cpu_model: all[0]?.model.trim() ?? 'Unknown' }
  },
})

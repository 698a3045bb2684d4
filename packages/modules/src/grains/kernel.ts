// SPDX-License-Identifier: Apache-2.0
import { machine, release, type, version } from 'node:os'
import { defineGrain } from '@halite/loader'
import { parseKernelParameters } from './parts/kernel-parameters.ts'
import { readText } from './parts/read.ts'

export default defineGrain({
  name: 'kernel',
  doc: 'Name, release and version of the kernel, its machine, and the parameters it was started with.',
  provides: ['kernel', 'kernelrelease', 'kernelversion', 'cpuarch', 'kernelparams'],
  collect: () => {
    const windows = process.platform === 'win32'
    const parameters = process.platform === 'linux' ? readText('/proc/cmdline') : undefined
    return {
      kernel: windows ? 'Windows' : type(),
      kernelrelease: release(),
      kernelversion: windows ? release() : version(),
      cpuarch: windows ? (process.env['PROCESSOR_ARCHITECTURE'] ?? machine()) : machine(),
      ...(parameters === undefined ? {} : { kernelparams: parseKernelParameters(parameters) }),
    }
  },
})

// SPDX-License-Identifier: Apache-2.0

/** The processor grains: logical processors, the model of the last one, its features. */
export type CpuInfo = {
  readonly num_cpus: number
  readonly cpu_model: string
  readonly cpu_flags: readonly string[]
}

/** Reads `/proc/cpuinfo` of x86, ARM, POWER and s390, which have different names for the same. */
export function parseCpuInfo(text: string): CpuInfo {
  const info = { num_cpus: 0, cpu_model: 'Unknown' }
  let flags = ''
  for (const line of text.split('\n')) {
    const [key, value] = line.split(':').map((part) => part.trim())
    if (key === undefined || value === undefined) continue
    if (key === 'processor') info.num_cpus += 1
    else if (key === '# processors') info.num_cpus = Number(value)
    else if (modelKeys.includes(key)) info.cpu_model = value
    else if (key === 'flags' || key === 'Features') flags = value
    else if (key === 'Processor') Object.assign(info, { cpu_model: value.split('-')[0], num_cpus: 1 })
  }
  return { ...info, cpu_flags: flags === '' ? [] : flags.split(/\s+/) }
}

/** x86 has a vendor line and, later, the model; POWER says `cpu`. */
const modelKeys = ['vendor_id', 'model name', 'cpu']

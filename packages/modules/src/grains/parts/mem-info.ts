// SPDX-License-Identifier: Apache-2.0

/** Totals of `/proc/meminfo` in whole MiB; 0 for what it does not say. */
export function parseMemInfo(text: string): { mem_total: number; swap_total: number } {
  return { mem_total: mebibytes(text, 'MemTotal'), swap_total: mebibytes(text, 'SwapTotal') }
}

function mebibytes(text: string, key: string): number {
  const [, kibibytes] = new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text) ?? []
  return Math.floor(Number(kibibytes ?? 0) / 1024)
}

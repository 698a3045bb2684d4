// SPDX-License-Identifier: Apache-2.0

/** CPU that this process spends on a piece of work, ms. A busy machine stretches what a clock shows, and this hardly. */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

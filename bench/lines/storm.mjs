// SPDX-License-Identifier: Apache-2.0
// A connect storm: a fleet that nobody has seen before connects to a master that accepts keys by itself, against bare sockets
// with the same cryptography.
import { bareStorm, fittingCount, startFleet } from '../fleet.mjs'

const wholeFleet = 9600
const quickFleet = 1000
const limitMs = 30_000

/** From the start of the processes with minions until the last of them hears publications, and what that costs the master. */
export async function stormLines({ quick }) {
  const wanted = quick ? quickFleet : wholeFleet
  const count = fittingCount(wanted)
  const bare = await bareStorm(count)
  const fleet = await startFleet(count)
  await fleet.close()
  const { storm } = fleet
  const name = `${count.toLocaleString('en')} minions connect at once`
  const cpu = { cpu: (storm.cpuMs * 1000) / count, baselineCpu: (bare.cpuMs * 1000) / count }
  const notes = count === wanted ? [] : [`${wanted} do not fit the limit of open files`]
  return [
    {
      id: `storm-${wanted}-wall`,
      name,
      value: storm.wallMs,
      unit: 'ms',
      baseline: bare.wallMs,
      against: 'bare sockets and cryptography',
      reach: { atMost: limitMs },
      ...cpu,
      notes,
    },
    {
      id: `storm-${wanted}-cpu`,
      name: `${name}: master CPU a handshake`,
      value: cpu.cpu,
      unit: 'us',
      baseline: cpu.baselineCpu,
      against: 'bare sockets and cryptography',
      ...cpu,
      notes,
    },
  ]
}

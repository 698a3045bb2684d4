// SPDX-License-Identifier: Apache-2.0
import { valueAt } from '@halite/core'
import { type Address, type Network, networkContains, parseAddress, parseNetwork } from '../addresses.ts'
import { targetProblem } from '../problem.ts'
import type { Facts, Test } from '../types.ts'
import type { Matcher } from './matcher.ts'

/** An address, or a network in CIDR notation, against the grains `ipv4` and `ipv6`. */
export const ipcidr: Matcher = {
  letter: 'S',
  whenUnreadable: 'drop',
  compile({ pattern, place }) {
    const network = parseTarget(pattern)
    if (typeof network === 'string') throw targetProblem(place, network)
    return addressTest(network)
  },
}

function parseTarget(text: string): Network | string {
  const address = parseAddress(text)
  return address === undefined ? parseNetwork(text) : { ...address, prefix: address.bits }
}

function addressTest(network: Network): Test {
  return {
    needs: { grains: true, pillar: false },
    listedIds: [],
    evaluate({ grains, tooLarge }) {
      if (grains === undefined) return tooLarge ? 'maybe' : 'unknown'
      return addressesOf(grains, network).some((address) => networkContains(network, address)) ? 'yes' : 'no'
    },
  }
}

function addressesOf(grains: Facts, { bits }: Network): Address[] {
  const name = bits === 32 ? 'ipv4' : 'ipv6'
  const values = valueAt(grains, name) ?? []
  return (Array.isArray(values) ? values : [values]).flatMap((value: unknown) => {
    const address = typeof value === 'string' ? parseAddress(value) : undefined
    return address ?? []
  })
}

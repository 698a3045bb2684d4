// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net'

/** An IP address as a number. */
export interface Address {
  readonly value: bigint
  /** 32 for IPv4, 128 for IPv6. */
  readonly bits: 32 | 128
  /** The zone behind `%` of an IPv6 address; empty without. */
  readonly zone: string
}

/** An address whose first `prefix` bits count. */
export interface Network extends Address {
  readonly prefix: number
}

/** An IPv4 or IPv6 address; undefined for any other text. */
export function parseAddress(text: string): Address | undefined {
  const version = isIP(text)
  if (version === 0) return undefined
  if (version === 4) return { value: parseV4(text), bits: 32, zone: '' }
  const [digits = '', zone = ''] = text.split('%')
  return { value: parseV6(digits), bits: 128, zone }
}

/**
 * A network, `address/prefix` or for IPv4 also `address/netmask` and `address/hostmask`; a text says what is wrong.
 * As in Python's `ip_network`, bits behind the prefix must be zero: `10.0.1.5/24` is refused rather than widened.
 */
export function parseNetwork(text: string): Network | string {
  const [left = '', right, ...more] = text.split('/')
  const address = parseAddress(left)
  if (address === undefined || more.length > 0) return 'is no IP address and no network'
  const prefix = right === undefined ? undefined : parsePrefix(right, address.bits)
  if (prefix === undefined) return `has a prefix that is not 0 to ${address.bits}`
  const network = { ...address, prefix }
  return hostBits(network) === 0n ? network : 'has bits set behind its prefix, so it is no network'
}

/** Whether an address lies in a network of the same version. A whole address also compares its zone. */
export function networkContains(network: Network, address: Address): boolean {
  if (network.bits !== address.bits) return false
  if (network.prefix === network.bits && network.zone !== address.zone) return false
  const shift = BigInt(network.bits - network.prefix)
  return network.value >> shift === address.value >> shift
}

function parsePrefix(text: string, bits: 32 | 128): number | undefined {
  if (/^\d{1,4}$/.test(text)) return Number(text) <= bits ? Number(text) : undefined
  if (bits !== 32 || isIP(text) !== 4) return undefined
  const mask = parseV4(text)
  const all = 2n ** 32n - 1n
  return onesBefore(mask) ?? onesBefore(all - mask)
}

/** How many ones a netmask begins with; undefined when ones follow on a zero. */
function onesBefore(mask: bigint): number | undefined {
  const digits = mask.toString(2).padStart(32, '0')
  return /^1*0*$/.test(digits) ? digits.lastIndexOf('1') + 1 : undefined
}

function hostBits({ value, bits, prefix }: Network): bigint {
  return BigInt.asUintN(bits - prefix, value)
}

function parseV4(text: string): bigint {
  return text.split('.').reduce((value, byte) => value * 256n + BigInt(byte), 0n)
}

function parseV6(text: string): bigint {
  const [head = '', tail] = text.split('::')
  const left = groupsOf(head)
  const right = tail === undefined ? [] : groupsOf(tail)
  const gap = Array<bigint>(8 - left.length - right.length).fill(0n)
  return [...left, ...gap, ...right].reduce((value, group) => value * 65536n + group, 0n)
}

/** 16-bit groups; a dotted IPv4 address at the end is two of them. */
function groupsOf(text: string): bigint[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)]
    const value = parseV4(group)
    return [value / 65536n, value % 65536n]
  })
}

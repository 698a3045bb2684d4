// SPDX-License-Identifier: Apache-2.0
import { integerOf, isInteger, isTruthy, plainNumber, pythonTypeName, Tuple, ValueMap } from '@halite/core'
import { type Interface, inside, parseInterface, parseNetwork } from '../../format/ip-address.ts'
import { addressText, kindsOf } from '../../format/ip-kinds.ts'
import { itemsOf, iterate } from '../../runtime/iteration.ts'
import { type NativeRow, pythonErrorOf, valueError } from '../../runtime/native.ts'
import { Generator, Markup, Range } from '../../runtime/objects.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { Undefined } from '../../runtime/undefined.ts'

type Version = 4 | 6

/** Salt's filters for addresses and networks. */
export const networkFilters: readonly NativeRow[] = [
  [
    'is_ip',
    'ip_addr, options?',
    (_rt, [value, options]) =>
      [4, 6].some((version) => single(value, version as Version, options) !== undefined),
  ],
  ['is_ipv4', 'ip_addr, options?', (_rt, [value, options]) => single(value, 4, options) !== undefined],
  ['is_ipv6', 'ip_addr, options?', (_rt, [value, options]) => single(value, 6, options) !== undefined],
  ['ipv4', 'value, options?', (_rt, [value, options]) => ofVersion(value, 4, options)],
  ['ipv6', 'value, options?', (_rt, [value, options]) => ofVersion(value, 6, options)],
  ['ipaddr', 'value, options?', (_rt, [value, options]) => ofAny(value, options)],
  [
    'ip_host',
    'value, options?, version?',
    (_rt, [value, ...how]) => each(value, how, (address) => addressText(parseInterface(address), true)),
  ],
  [
    'network_hosts',
    'value, options?, version?',
    (rt, [value, ...how]) => each(value, how, (address) => hosts(rt, address)),
  ],
  [
    'network_size',
    'value, options?, version?',
    (_rt, [value, ...how]) => each(value, how, (address) => integerOf(sizeOf(address))),
  ],
  [
    'gen_mac',
    'prefix?',
    (rt, [prefix]) =>
      [
        prefix === undefined ? 'AC:DE:48' : rt.str(prefix),
        ...[0, 0, 0].map(() => rt.services.random(256).toString(16).toUpperCase().padStart(2, '0')),
      ].join(':'),
  ],
  ['mac_str_to_bytes', 'mac_str', (rt, [value]) => macBytes(rt.text(value))],
  ['filter_by_networks', 'values, networks', (rt, [values, networks]) => inNetworks(rt, values, networks)],
  ['ipwrap', 'data', (_rt, [value]) => (Array.isArray(value) ? value.map(wrapped) : wrapped(value))],
]

/** The address as text when it is one of that version and of all the kinds asked for. */
function single(value: unknown, version: Version, options: unknown): string | undefined {
  if (value instanceof Undefined) value.fail()
  const found = addressOf(value)
  if (found === undefined || found.address.version !== version) return undefined
  if (isTruthy(options ?? null) && typeof options !== 'string')
    throw pythonErrorOf(`'${pythonTypeName(options)}' object has no attribute 'split'`)
  if (typeof options === 'string' && options !== '') {
    const kinds = kindsOf(found.address)
    const wanted = options.split(',').map((option) => option.trim())
    if (wanted.some((option) => kinds.get(option) === false)) return undefined
  }
  return addressText(found.address, found.hasPrefix)
}

interface FoundAddress {
  readonly address: Interface
  /** Whether it is written with the length of its prefix. */
  readonly hasPrefix: boolean
}

/** What Python's `ipaddress` reads: text, numbers, the bytes of an address, and tuples of one of these and a prefix. */
function addressOf(value: unknown): FoundAddress | undefined {
  const text = value instanceof Markup ? value.text : value
  if (value instanceof Tuple) return addressOfTuple(value)
  const number = text instanceof Uint8Array ? numberOfBytes(text) : wholeNumber(text)
  if (number !== undefined) return found(numbered(number, text instanceof Uint8Array && text.length === 16))
  if (typeof text !== 'string') return undefined
  return found(parseInterface(text), text.includes('/'))
}

function found(address: Interface | undefined, hasPrefix = false): FoundAddress | undefined {
  return address && { address, hasPrefix }
}

function addressOfTuple(value: readonly unknown[]): FoundAddress | undefined {
  if (value.length === 0) throw pythonErrorOf('tuple index out of range')
  const [first, prefix] = value
  const address = addressOf(first)?.address
  if (address === undefined || value.length > 2) return undefined
  if (value.length === 1) return found(address, true)
  const length = isInteger(prefix) || typeof prefix === 'string' ? String(prefix) : undefined
  return length === undefined
    ? undefined
    : found(parseInterface(`${addressText(address, false)}/${length}`), true)
}

function wholeNumber(value: unknown): bigint | undefined {
  return typeof value === 'boolean' || isInteger(value) ? BigInt(plainNumber(value) ?? 0) : undefined
}

function numberOfBytes(bytes: Uint8Array): bigint | undefined {
  if (bytes.length !== 4 && bytes.length !== 16) return undefined
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** A number is an address of version 4 where it can be one. */
function numbered(value: bigint, isLong: boolean): Interface | undefined {
  if (value < 0n || value >> 128n !== 0n) return undefined
  const version = isLong || value >> 32n !== 0n ? 6 : 4
  return { version, value, prefix: version === 4 ? 32 : 128, scope: '' }
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || value instanceof Generator
}

function ofVersion(value: unknown, version: Version, options: unknown): unknown {
  if (typeof value === 'string' || value instanceof Markup || value instanceof Uint8Array)
    return single(value, version, options) ?? null
  if (value instanceof Undefined) return value.fail()
  if (!isList(value)) return null
  return Array.from(iterate(value), (item) => single(item, version, options)).filter(
    (item) => item !== undefined,
  )
}

function ofAny(value: unknown, options: unknown): unknown {
  const items = isList(value) ? itemsOf(value) : value
  const [four, six] = [ofVersion(items, 4, options), ofVersion(items, 6, options)]
  if (Array.isArray(four) && Array.isArray(six)) return [...four, ...six]
  return four ?? six
}

/** Applies a rule to an address or to each of a list; None where there is no address. */
function each(
  value: unknown,
  [options, version]: readonly unknown[],
  rule: (address: string) => unknown,
): unknown {
  const items = isList(value) ? itemsOf(value) : value
  if (isTruthy(version ?? null) && version !== 4 && version !== 6) return null
  const found = version === 4 || version === 6 ? ofVersion(items, version, options) : ofAny(items, options)
  if (found === null || (Array.isArray(found) && found.length === 0)) return null
  return Array.isArray(found) ? found.map((address) => rule(String(address))) : rule(String(found))
}

function networkOf(address: string): Interface {
  const parsed = parseNetwork(address, false)
  if (parsed === undefined) throw valueError(`'${address}' does not appear to be an IPv4 or IPv6 network`)
  return parsed
}

function sizeOf(address: string): bigint {
  const { version, prefix } = networkOf(address)
  return 2n ** BigInt((version === 4 ? 32 : 128) - prefix)
}

/** Addresses that hosts can have: without the network's and the broadcast address, except in the smallest networks. */
function hosts(rt: Runtime, address: string): string[] {
  const network = networkOf(address)
  const size = sizeOf(address)
  const [skipFirst, skipLast] = size <= 2n ? [0n, 0n] : [1n, network.version === 4 ? 1n : 0n]
  rt.budget.charge(Number(size) * 64)
  const list: string[] = []
  for (let offset = skipFirst; offset < size - skipLast; offset++) {
    list.push(addressText({ ...network, value: network.value + offset }, false) ?? '')
  }
  return list
}

function macBytes(text: string): Uint8Array {
  const digits = text.length === 17 ? text.replaceAll(text.charAt(2), '') : text
  if (!/^[0-9a-fA-F]{12}$/.test(digits)) throw valueError('Invalid MAC address')
  return Uint8Array.from(Buffer.from(digits, 'hex'))
}

function inNetworks(rt: Runtime, values: unknown, networks: unknown): unknown {
  if (networks === null) return values
  const known = itemsOf(networks).map((network) => {
    const parsed = parseNetwork(rt.text(network), true)
    if (parsed !== undefined) return parsed
    const isLoose = parseNetwork(rt.text(network), false) !== undefined
    throw valueError(
      isLoose
        ? `${rt.text(network)} has host bits set`
        : `'${rt.text(network)}' does not appear to be an IPv4 or IPv6 network`,
    )
  })
  const filter = (addresses: unknown) =>
    itemsOf(addresses).flatMap((address) => {
      const number = wholeNumber(address)
      const parsed = number === undefined ? parseInterface(rt.text(address)) : numbered(number, false)
      if (parsed === undefined)
        throw valueError(`'${rt.text(address)}' does not appear to be an IPv4 or IPv6 address`)
      return known.filter((network) => inside(parsed, network)).map(() => address)
    })
  if (values instanceof Map)
    return new ValueMap(Array.from(values, ([key, addresses]) => [key, filter(addresses)]))
  if (Array.isArray(values) || values instanceof Range || typeof values === 'string') return filter(values)
  throw valueError(`Do not know how to filter a <class '${pythonTypeName(values)}'>`)
}

function wrapped(value: unknown): unknown {
  return single(value, 6, undefined) === undefined ? value : `[${String(value)}]`
}

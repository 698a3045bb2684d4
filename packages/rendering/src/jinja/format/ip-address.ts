// SPDX-License-Identifier: Apache-2.0

/** An address with the length of its network's prefix, which is all bits when none was written. */
export interface Interface {
  readonly version: 4 | 6
  readonly value: bigint
  readonly prefix: number
  /** Name of an interface behind `%`. */
  readonly scope: string
}

/** An address, with or without `/prefix` or a netmask. Undefined for everything else. */
export function parseInterface(text: string): Interface | undefined {
  const [address = '', length, ...more] = text.split('/')
  if (more.length > 0) return undefined
  const parsed = parseAddress(address)
  if (parsed === undefined) return undefined
  const prefix = length === undefined ? bitsOf(parsed.version) : prefixOf(length, parsed.version)
  return prefix === undefined ? undefined : { ...parsed, prefix }
}

/** A network. `strict` refuses one with bits behind its prefix; else they are cleared. */
export function parseNetwork(text: string, strict: boolean): Interface | undefined {
  const parsed = parseInterface(text)
  if (parsed === undefined) return undefined
  const hostBits = BigInt(bitsOf(parsed.version) - parsed.prefix)
  const value = (parsed.value >> hostBits) << hostBits
  return strict && value !== parsed.value ? undefined : { ...parsed, value, scope: '' }
}

/** Whether an address lies in a network of its version. */
export function inside(address: Interface, network: Interface): boolean {
  if (address.version !== network.version) return false
  const hostBits = BigInt(bitsOf(network.version) - network.prefix)
  return address.value >> hostBits === network.value >> hostBits
}

function bitsOf(version: 4 | 6): number {
  return version === 4 ? 32 : 128
}

function prefixOf(text: string, version: 4 | 6): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= bitsOf(version) ? Number(text) : undefined
  const mask = version === 4 ? parseV4(text) : undefined
  if (mask === undefined) return undefined
  const bits = mask.toString(2).padStart(32, '0')
  if (/^1*0*$/.test(bits)) return bits.replaceAll('0', '').length
  return /^0*1*$/.test(bits) ? bits.replaceAll('1', '').length : undefined
}

function parseAddress(text: string): Omit<Interface, 'prefix'> | undefined {
  const four = parseV4(text)
  if (four !== undefined) return { version: 4, value: four, scope: '' }
  const [address = '', scope = ''] = text.split('%')
  const six = parseV6(address)
  return six === undefined ? undefined : { version: 6, value: six, scope }
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n)
}

function parseV6(text: string): bigint | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const last = embedded === null ? undefined : parseV4(embedded[2] ?? '')
  if (embedded !== null && last === undefined) return undefined
  const whole =
    last === undefined
      ? text
      : `${embedded?.[1]}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`
  const halves = whole.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const parts = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return undefined
  return parts.reduce((value, part) => (value << 16n) + BigInt(`0x${part}`), 0n)
}

// SPDX-License-Identifier: Apache-2.0

/** Orders addresses of one family by their numeric value. */
export function byNumber(one: string, other: string): number {
  const [a, b] = [numberOf(one), numberOf(other)]
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Whether an address is `127.0.0.0/8` or `::1`. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** `0100007F`, as `/proc/net/route` writes `127.0.0.1`: hexadecimal in the byte order of a little-endian machine. */
export function parseHexIpv4(hex: string): string {
  const bytes = hex.match(/../g) ?? []
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')
}

/** 32 hexadecimal digits as an IPv6 address in its short form (RFC 5952). */
export function parseHexIpv6(hex: string): string {
  const groups = (hex.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

function numberOf(address: string): bigint {
  const ipv6 = address.includes(':')
  const parts = ipv6 ? groupsOf(address) : address.split('.').map(Number)
  const width = ipv6 ? 16n : 8n
  return parts.reduce((sum, part) => (sum << width) + BigInt(part), 0n)
}

function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const parse = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [first, last] = [parse(head), parse(tail ?? '')]
  const missing = tail === undefined ? 0 : 8 - first.length - last.length
  return [...first, ...new Array<number>(missing).fill(0), ...last]
}

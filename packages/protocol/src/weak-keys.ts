// SPDX-License-Identifier: Apache-2.0

/**
 * The y coordinates, as encoded, of the Ed25519 points whose order divides eight, with the two that are not reduced.
 * RFC 8032 leaves them to the verifier, and OpenSSL and tweetnacl take them: under the key 01 00 … the signature
 * 01 00 … verifies for every message, so such a key belongs to everybody.
 */
const smallOrder: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

/** Whether nobody in particular owns this raw Ed25519 public key, because others than its owner can sign under it. */
export function isWeakKey(raw: Uint8Array): boolean {
  const y = Buffer.from(raw)
  // The top bit is the sign of x; with and without it the order is the same.
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31)
  return smallOrder.has(y.toString('hex'))
}

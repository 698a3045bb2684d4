// SPDX-License-Identifier: Apache-2.0
import { verify } from 'node:crypto'
import { pack, publicKeyFromRaw, verifyPortable } from '@halite/core'
import { decodeAccept, decodeHello, frameKinds, header, masterKeyOf, verifyHello } from '@halite/protocol'
import { describe, expect, it } from 'vitest'
import { isWeakKey } from '../src/weak-keys.ts'
import { accept, codeOf, hello, helloFrame, master, minion } from './fixed.ts'

const p = 2n ** 255n - 19n
const d = (((-121665n * inverse(121666n)) % p) + p) % p
type Point = readonly [bigint, bigint]

/** The neutral element as a key, and as a signature of anything under it. */
const neutral = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)])
const forgery = Buffer.concat([neutral, Buffer.alloc(32)])

describe('a weak key', () => {
  it('is one under which a made up signature verifies, in both implementations', () => {
    const message = Buffer.from('anything')
    expect(verify(null, message, publicKeyFromRaw(neutral), forgery)).toBe(true)
    expect(verifyPortable(message, forgery, neutral)).toBe(true)
    expect(isWeakKey(neutral)).toBe(true)
  })

  it('is every encoding of every point whose order divides eight', () => {
    const weak = smallOrderPoints().flatMap(([x, y]) =>
      [y, y + p]
        .filter((each) => each < 2n ** 255n)
        .flatMap((each) => [encode(each, x & 1n), encode(each, 1n - (x & 1n))]),
    )
    expect(weak.length).toBeGreaterThanOrEqual(16)
    for (const raw of weak) expect([raw.toString('hex'), isWeakKey(raw)]).toEqual([raw.toString('hex'), true])
  })

  it('is not the key of a minion or a master', () => {
    expect([minion.raw, master.raw].map(isWeakKey)).toEqual([false, false])
  })

  it('opens no session', async () => {
    const body = Buffer.concat([header(frameKinds.hello), pack({ ...hello, key: neutral })])
    const frame = Buffer.concat([body, forgery])
    expect(await verifyHello(frame, decodeHello(frame))).toBe(false)
    const answer = Buffer.concat([header(frameKinds.accept), pack({ ...accept, key: neutral }), forgery])
    expect(codeOf(() => decodeAccept(answer, helloFrame))).toBe('SIGNATURE_INVALID')
  })

  it('is no master key', () => {
    expect(codeOf(() => masterKeyOf(neutral))).toBe('SIGNATURE_INVALID')
    expect(codeOf(() => masterKeyOf(Buffer.alloc(32)))).toBe('SIGNATURE_INVALID')
  })
})

/** The points with 8P = 0: multiples of one of order eight, found by multiplying points with the group's large prime. */
function smallOrderPoints(): Point[] {
  const large = 2n ** 252n + 27742317777372353535851937790883648493n
  const found = new Map<string, Point>([['0,1', [0n, 1n]]])
  for (let y = 2n; found.size < 8; y += 1n) {
    const point = withY(y)
    if (point === undefined) continue
    for (let factor = 1n; factor <= 8n; factor += 1n) {
      const small = times(point, large * factor)
      found.set(small.join(), small)
    }
  }
  return [...found.values()]
}

function withY(y: bigint): Point | undefined {
  const square = mod((y * y - 1n) * inverse(d * y * y + 1n))
  let x = power(square, (p + 3n) / 8n)
  if (mod(x * x - square) !== 0n) x = mod(x * power(2n, (p - 1n) / 4n))
  return mod(x * x - square) === 0n ? [x, y] : undefined
}

function times(point: Point, factor: bigint): Point {
  let result: Point = [0n, 1n]
  for (let bits = factor, double = point; bits > 0n; bits >>= 1n, double = add(double, double)) {
    if (bits & 1n) result = add(result, double)
  }
  return result
}

function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const product = mod(d * x1 * x2 * y1 * y2)
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + product)), mod((y1 * y2 + x1 * x2) * inverse(1n - product))]
}

function encode(y: bigint, sign: bigint): Buffer {
  return Buffer.from((y | (sign << 255n)).toString(16).padStart(64, '0'), 'hex').reverse()
}

function inverse(value: bigint): bigint {
  return power(value, p - 2n)
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let bits = exponent, square = mod(base); bits > 0n; bits >>= 1n, square = mod(square * square)) {
    if (bits & 1n) result = mod(result * square)
  }
  return result
}

function mod(value: bigint): bigint {
  return ((value % p) + p) % p
}

// SPDX-License-Identifier: Apache-2.0
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const windowMs = 30_000
const macBytes = 16
const cookieBytes = 8 + macBytes

/**
 * Stateless proof that a caller receives what is sent to it: time window (8 bytes) ‖ HMAC-SHA-256 over window and address,
 * its first 16 bytes. The secret lives as long as the process; a cookie is good for its own window of 30 s and the next.
 */
export class CookieJar {
  readonly #secret = randomBytes(32)
  readonly #monotonicMs: () => number

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** A cookie for the caller behind `address` (its routing id and what it claims to be). */
  bake(address: Uint8Array): Buffer {
    return this.#cookie(this.#window(), address)
  }

  /** Whether this jar gave `cookie` to `address` within the last two windows. */
  accepts(cookie: Uint8Array, address: Uint8Array): boolean {
    if (cookie.length !== cookieBytes) return false
    const now = this.#window()
    return [now, now - 1].some((window) => timingSafeEqual(this.#cookie(window, address), cookie))
  }

  #window(): number {
    return Math.floor(this.#monotonicMs() / windowMs) + 1
  }

  #cookie(window: number, address: Uint8Array): Buffer {
    const stamp = Buffer.alloc(8)
    stamp.writeBigUInt64BE(BigInt(window))
    const mac = createHmac('sha256', this.#secret).update(stamp).update(address).digest()
    return Buffer.concat([stamp, mac.subarray(0, macBytes)])
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Jid } from './ids.ts'

/** Makes job ids that rise strictly, even when the clock stands or steps back. One per master. */
export class JidClock {
  #last = 0n
  #second = -1n
  /** The digits of that second. */
  #digits = ''
  readonly #nowMicroseconds: () => bigint

  constructor(nowMicroseconds: () => bigint = wallMicroseconds) {
    this.#nowMicroseconds = nowMicroseconds
  }

  /** The next jid: the UTC time in microseconds, or one above the last jid when time has not moved on. */
  next(): Jid {
    const now = this.#nowMicroseconds()
    this.#last = now > this.#last ? now : this.#last + 1n
    return this.#text()
  }

  /** As `jidAt`; the date is written once for all jids of a second. */
  #text(): Jid {
    const second = this.#last / 1_000_000n
    if (second !== this.#second) this.#digits = jidAt(this.#last).slice(0, 14)
    this.#second = second
    return `${this.#digits}${microsecondDigits(this.#last)}` as Jid
  }
}

/** The jid of a moment, given in microseconds since the epoch. */
export function jidAt(microseconds: bigint): Jid {
  const iso = new Date(Number(microseconds / 1000n)).toISOString()
  const seconds = iso.slice(0, 19).replace(/[-T:]/g, '')
  return `${seconds}${microsecondDigits(microseconds)}` as Jid
}

/** The moment a jid was made, in milliseconds since the epoch. */
export function jidTimeMs(jid: Jid): number {
  const at = (from: number, to: number) => Number(jid.slice(from, to))
  return Date.UTC(at(0, 4), at(4, 6) - 1, at(6, 8), at(8, 10), at(10, 12), at(12, 14)) + at(14, 20) / 1000
}

/** Whether the digits of a jid are a moment that there is; the gate for jids lets others pass. */
export function isDatedJid(jid: Jid): boolean {
  const ms = jidTimeMs(jid)
  return Number.isFinite(ms) && jidAt(BigInt(Math.trunc(ms)) * 1000n).slice(0, 14) === jid.slice(0, 14)
}

/** A jid as Salt prints its start time: `2026, Nov 20 04:53:48.714672`. */
export function jidStartTime(jid: Jid): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  const digits = jid.slice(4, 6)
  const month = months[Number(digits) - 1] ?? digits
  const time = `${jid.slice(8, 10)}:${jid.slice(10, 12)}:${jid.slice(12, 14)}.${jid.slice(14, 20)}`
  return `${jid.slice(0, 4)}, ${month} ${jid.slice(6, 8)} ${time}`
}

function microsecondDigits(microseconds: bigint): string {
  return String(microseconds % 1_000_000n).padStart(6, '0')
}

/** The clock that people set, to the millisecond; the digits below that only keep jids apart. `performance` takes 2 ms to load. */
function wallMicroseconds(): bigint {
  const microseconds = Math.floor(process.hrtime()[1] / 1000) % 1000
  return BigInt(Date.now()) * 1000n + BigInt(microseconds)
}

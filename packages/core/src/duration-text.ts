// SPDX-License-Identifier: Apache-2.0

/** A length of time for people: `250 ms`, `5 s`, `1.5 s`. */
export function durationText(ms: number): string {
  return ms < 950 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`
}

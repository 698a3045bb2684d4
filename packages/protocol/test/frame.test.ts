// SPDX-License-Identifier: Apache-2.0
import { frameKind, frameKinds, header, maxClearBytes, maxFrameBytes } from '@halite/protocol'
import { describe, expect, it } from 'vitest'
import { codeOf } from './fixed.ts'

const kinds = Object.entries(frameKinds)
const clear = kinds.filter(([, kind]) => kind < 16)
const sealed = kinds.filter(([, kind]) => kind >= 16)
const ofSize = (kind: (typeof frameKinds)[keyof typeof frameKinds], size: number) =>
  Buffer.concat([header(kind), Buffer.alloc(size - 4)])

describe('a header', () => {
  it.each(kinds)('of %s is read back', (_, kind) => {
    expect(frameKind(header(kind))).toBe(kind)
    expect(header(kind)).toEqual(Buffer.from([0xc1, 1, kind, 0]))
  })

  it('is read only when its first byte, kind and flags are known', () => {
    const known = new Set<number>(kinds.map(([, kind]) => kind))
    for (let byte = 0; byte < 256; byte += 1) {
      expect(codeOf(() => frameKind(Buffer.from([byte, 1, 1, 0])))).toBe(
        byte === 0xc1 ? 'taken' : 'FRAME_MALFORMED',
      )
      expect(codeOf(() => frameKind(Buffer.from([0xc1, byte, 1, 0])))).toBe(
        byte === 1 ? 'taken' : 'VERSION_REFUSED',
      )
      expect(codeOf(() => frameKind(Buffer.from([0xc1, 1, byte, 0])))).toBe(
        known.has(byte) ? 'taken' : 'FRAME_MALFORMED',
      )
      expect(codeOf(() => frameKind(Buffer.from([0xc1, 1, 1, byte])))).toBe(
        byte === 0 ? 'taken' : 'FRAME_MALFORMED',
      )
    }
  })

  it.each([0, 1, 2, 3])('of %i bytes is not a frame', (length) => {
    expect(codeOf(() => frameKind(Buffer.from([0xc1, 1, 1, 0]).subarray(0, length)))).toBe('FRAME_MALFORMED')
  })
})

describe('a size', () => {
  it.each(clear)('of 2 KiB is the most for a clear %s', (_, kind) => {
    expect(codeOf(() => frameKind(ofSize(kind, maxClearBytes)))).toBe('taken')
    expect(codeOf(() => frameKind(ofSize(kind, maxClearBytes + 1)))).toBe('FRAME_MALFORMED')
  })

  it.each(sealed)('of 65 MiB is the most for a sealed %s', (_, kind) => {
    expect(codeOf(() => frameKind(ofSize(kind, maxFrameBytes)))).toBe('taken')
    expect(codeOf(() => frameKind(ofSize(kind, maxFrameBytes + 1)))).toBe('FRAME_MALFORMED')
  })
})

// SPDX-License-Identifier: Apache-2.0
import { pack } from '@halite/core'
import { decodeNotice, encodeNotice, frameKinds, header, type Notice } from '@halite/protocol'
import { describe, expect, it } from 'vitest'
import { beginnings, codeOf, codesOf, filled } from './fixed.ts'

const notices: Notice[] = [
  { notice: 'cookie', cookie: filled(1, 24) },
  { notice: 'version', min: 1 },
  { notice: 'busy' },
  { notice: 'unknownSession', session: filled(2, 16) },
  { notice: 'helloAgain' },
]

describe.each(notices)('the notice $notice', (notice) => {
  const frame = encodeNotice(notice)

  it('is read back', () => {
    expect(decodeNotice(frame)).toEqual(notice)
  })

  it('cut off anywhere is refused', () => {
    expect(codesOf(beginnings(frame), decodeNotice)).toEqual(['FRAME_MALFORMED', 'VALUE_MALFORMED'])
  })
})

it.each([
  {},
  { notice: 'shutdown' },
  { notice: 'busy', command: 'stop' },
  { notice: 'cookie', cookie: filled(1, 25) },
  { notice: 'version', min: 0 },
])('what no master says is refused: %j', (said) => {
  const frame = Buffer.concat([header(frameKinds.notice), pack(said)])
  expect(codeOf(() => decodeNotice(frame))).toBe('VALUE_MALFORMED')
})

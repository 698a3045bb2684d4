// SPDX-License-Identifier: Apache-2.0
import { type Decoded, pack, schema, unpack } from '@halite/core'
import { expectKind, frameKinds, header, headerBytes } from './frame.ts'

const { bytes, integer, oneOf, optional, record } = schema

/**
 * An unsigned hint. The receiver may act on it only in ways that a lost frame would also cause: hello again, or wait.
 * cookie: repeat the hello with it · version: the master speaks `min` and up · busy: later · unknownSession: make a new one ·
 * helloAgain: the state of your key may have changed.
 */
export const noticeSchema = record({
  notice: oneOf('cookie', 'version', 'busy', 'unknownSession', 'helloAgain'),
  cookie: optional(bytes(24)),
  min: optional(integer(1, 255)),
  session: optional(bytes(16)),
})
/** A hint that anybody on the path may have made up. */
export type Notice = Decoded<typeof noticeSchema>

/** A notice as bytes. */
export function encodeNotice(notice: Notice): Buffer {
  return Buffer.concat([header(frameKinds.notice), pack(notice)])
}

/** Reads a notice. Throws `FRAME_MALFORMED`, `VERSION_REFUSED`, `VALUE_MALFORMED` or `VALUE_TOO_DEEP`. */
export function decodeNotice(frame: Buffer): Notice {
  expectKind(frame, frameKinds.notice)
  return noticeSchema(unpack(frame.subarray(headerBytes), { maxDepth: 1 }), 'notice')
}

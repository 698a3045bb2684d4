// SPDX-License-Identifier: Apache-2.0
import { frameBytes, frameHead, moreFlag, writeHead } from './frames.ts'

/** Up to this size a frame is copied behind its head; a larger one is handed over as it is. */
const copiedBytes = 16_384
const delimiter = Buffer.from([moreFlag, 0])

/** A message of one part, in one piece or in two. */
export function encodeMessage(frame: Buffer): Buffer[] {
  if (frame.length > copiedBytes) return [frameHead(0, frame.length), frame]
  const message = Buffer.allocUnsafe(frameBytes(frame.length))
  frame.copy(message, writeHead(message, 0, frame.length))
  return [message]
}

/** The same for a peer of type REQ, which expects an empty part in front. */
export function encodeReply(frame: Buffer): Buffer[] {
  return [delimiter, ...encodeMessage(frame)]
}

/** A message of one part that is in pieces, which are handed over as they are. */
export function encodePieces(pieces: readonly Uint8Array[], isForRequester: boolean): Buffer[] {
  const size = pieces.reduce((sum, { length }) => sum + length, 0)
  const parts = pieces.map((piece) => Buffer.from(piece.buffer, piece.byteOffset, piece.length))
  return [...(isForRequester ? [delimiter] : []), frameHead(0, size), ...parts]
}

/** A publication: the topic, then the frame. */
export function encodePublication(topic: Buffer, frame: Buffer): Buffer[] {
  const head = Buffer.concat([frameHead(moreFlag, topic.length), topic, frameHead(0, frame.length)])
  return frame.length > copiedBytes ? [head, frame] : [Buffer.concat([head, frame])]
}

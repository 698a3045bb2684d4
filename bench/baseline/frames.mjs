// SPDX-License-Identifier: Apache-2.0
// The least that moves the product's frames: the same header, AES-256-GCM with counter nonces, the same packing.
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { Packr } from 'msgpackr'

const headBytes = 28
const tagBytes = 16
const nonceFill = Buffer.alloc(4)
const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'auto' })

/** The key of one simulated minion, known to both ends without a handshake. */
export function keyOf(index) {
  const raw = Buffer.alloc(32)
  raw.writeUInt32BE(index + 1, 0)
  return createSecretKey(raw)
}

/** A sealed frame: 28 bytes of header with the sender's index and a counter, the packed value, 16 bytes of tag. */
export function seal({ key, index, counter }, value) {
  const head = Buffer.alloc(headBytes)
  head[0] = 0xc1
  head.writeUInt32BE(index, 4)
  head.writeBigUInt64BE(BigInt(counter), 20)
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(head))
  cipher.setAAD(head)
  const body = cipher.update(packr.pack(value))
  cipher.final()
  return Buffer.concat([head, body, cipher.getAuthTag()])
}

/** The value of a sealed frame. Throws when it was not sealed under this key. */
export function open(key, frame) {
  const head = frame.subarray(0, headBytes)
  const end = frame.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(head))
  decipher.setAAD(head)
  decipher.setAuthTag(frame.subarray(end))
  const body = decipher.update(frame.subarray(headBytes, end))
  decipher.final()
  return packr.unpack(body)
}

/** Who sealed a frame. */
export function senderOf(frame) {
  return frame.readUInt32BE(4)
}

function nonceOf(head) {
  return Buffer.concat([nonceFill, head.subarray(20, headBytes)])
}

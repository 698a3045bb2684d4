// SPDX-License-Identifier: Apache-2.0

/** Another part of the same message follows. */
export const moreFlag = 1
/** The size has eight bytes instead of one. */
export const longFlag = 2
/** The body is a command and no part of a message. */
export const commandFlag = 4

const longHeadBytes = 9
const maxShortBytes = 255

/** The bytes in front of a body of `size` bytes. */
export function frameHead(flags: number, size: number): Buffer {
  if (size <= maxShortBytes) return Buffer.from([flags, size])
  const head = Buffer.allocUnsafe(longHeadBytes)
  writeHead(head, flags, size)
  return head
}

/** Bytes of a frame whose body has `size` bytes. */
export function frameBytes(size: number): number {
  return size + (size <= maxShortBytes ? 2 : longHeadBytes)
}

/** Writes the head of a body of `size` bytes at the beginning of `target`; gives the offset behind it. */
export function writeHead(target: Buffer, flags: number, size: number): number {
  if (size <= maxShortBytes) {
    target[0] = flags
    target[1] = size
    return 2
  }
  target[0] = flags | longFlag
  target.writeUInt32BE(Math.floor(size / 0x1_0000_0000), 1)
  target.writeUInt32BE(size % 0x1_0000_0000, 5)
  return longHeadBytes
}

/** A command as a whole frame. */
export function encodeCommand(name: string, data: Buffer): Buffer {
  const size = 1 + name.length + data.length
  return Buffer.concat([
    frameHead(commandFlag, size),
    Buffer.from([name.length]),
    Buffer.from(name, 'latin1'),
    data,
  ])
}

// SPDX-License-Identifier: Apache-2.0

/** The old encryption of zip archives (APPNOTE 6.1). It keeps nobody out; archives that have it can be read. */
export class ZipCipher {
  #one = 0x12345678
  #two = 0x23456789
  #three = 0x34567890

  constructor(password: string) {
    for (const byte of Buffer.from(password)) this.#update(byte)
  }

  /** Decrypts the next bytes. */
  decrypt(bytes: Buffer): Buffer {
    const plain = Buffer.alloc(bytes.length)
    for (const [index, byte] of bytes.entries()) {
      const mask = (this.#three | 2) & 0xffff
      const value = byte ^ ((Math.imul(mask, mask ^ 1) >>> 8) & 0xff)
      plain[index] = value
      this.#update(value)
    }
    return plain
  }

  #update(byte: number): void {
    this.#one = stepped(this.#one, byte)
    this.#two = (Math.imul((this.#two + (this.#one & 0xff)) | 0, 134775813) + 1) | 0
    this.#three = stepped(this.#three, this.#two >>> 24)
  }
}

const table = Int32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xedb88320
  return value
})

function stepped(sum: number, byte: number): number {
  return (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0)
}

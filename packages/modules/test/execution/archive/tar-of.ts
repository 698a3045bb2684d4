// SPDX-License-Identifier: Apache-2.0

/** A member of a tar archive, as a test wants it. */
export interface TarInput {
  readonly name: string
  /** The type byte; default `0`, a file. */
  readonly type?: string
  readonly target?: string
  readonly content?: string
  /** What the header states; default the length of the content. */
  readonly size?: number
}

/** A tar archive of these members, however wrong they are. */
export function tarOf(members: readonly TarInput[]): Buffer {
  const blocks = members.flatMap(({ name, type = '0', target = '', content = '', size }) => {
    const header = Buffer.alloc(512)
    header.write(name, 0, 100)
    header.write('0000644\0', 100)
    header.write('0000000\0', 108)
    header.write('0000000\0', 116)
    header.write(`${(size ?? content.length).toString(8).padStart(11, '0')} `, 124)
    header.write('00000000000\0', 136)
    header.write('        ', 148)
    header.write(type, 156)
    header.write(target, 157, 100)
    header.write('ustar\x0000', 257, 'latin1')
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const body = Buffer.alloc(Math.ceil(content.length / 512) * 512)
    body.write(content)
    return [header, body]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

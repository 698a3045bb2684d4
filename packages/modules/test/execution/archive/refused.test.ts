// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseMinionId, silentLog } from '@halite/core'
import { createContext, type ExecContext, Registry } from '@halite/loader'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ArchiveBudget, archiveLimits, checkMember } from '../../../src/execution/archive/members.ts'
import { extractTar } from '../../../src/execution/archive/tar-extract.ts'
import { extractZip } from '../../../src/execution/archive/zip-extract.ts'
import { ZipWriter } from '../../../src/execution/archive/zip-writer.ts'
import { manifest } from '../../../src/index.ts'
import { tarOf } from './tar-of.ts'

let directory: string
let ctx: ExecContext
const at = (name: string) => join(directory, name)

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'halite-archive-'))
  ctx = createContext({
    registry: new Registry(manifest, { grains: {}, options: {} }),
    id: parseMinionId('m1'),
    options: {},
    grains: {},
    pillar: {},
    log: silentLog,
  })
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('a tar archive', () => {
  test.each([
    ['an absolute name', { name: '/evil' }, 'its name is absolute'],
    ['a drive of Windows', { name: 'C:\\evil' }, 'its name is absolute'],
    ['a name that leads up', { name: 'a/../../evil' }, "its name holds '..'"],
    ['a name that leads up, as Windows writes it', { name: 'a\\..\\..\\evil' }, "its name holds '..'"],
    ['a link to an absolute path', { name: 'l', type: '2', target: '/etc' }, 'leads outside, to /etc'],
    ['a link that leads up', { name: 'a/l', type: '2', target: '../../x' }, 'leads outside, to ../../x'],
    ['a hard link outside', { name: 'l', type: '1', target: '../x' }, 'it is a hard link to ../x'],
    ['a device', { name: 'd', type: '3' }, 'it is a device or a pipe'],
  ] as const)('with %s is refused by the name of the member', async (_, member, why) => {
    writeFileSync(at('a.tar'), tarOf([member]))
    const call = extractTar(ctx, at('a.tar'), at('out'))
    await expect(call).rejects.toThrow(`The member '${member.name}' of the archive is refused: `)
    await expect(call).rejects.toThrow(why)
    expect(existsSync(at('evil'))).toBe(false)
  })

  test('is not extracted through a link that is there and leads outside', async () => {
    await ctx.fs.makeDirectory(at('out'))
    await ctx.fs.makeDirectory(at('outside'))
    symlinkSync(at('outside'), at('out/a'))
    writeFileSync(at('a.tar'), tarOf([{ name: 'a/evil', content: 'x' }]))
    await expect(extractTar(ctx, at('a.tar'), at('out'))).rejects.toThrow(
      `The member 'a/evil' of the archive is refused: its place is reached through a link`,
    )
    expect(readdirSync(at('outside'))).toEqual([])
  })

  // `d1/d2/d3/up` leads to the top, which its name does not show.
  const up = [
    { name: 'd1/d2/d3/', type: '5' },
    { name: 'd1/d2/d3/up', type: '2', target: '../../..' },
  ] as const
  test.each([
    ['leads up behind another link', [{ name: 'x', type: '2', target: 'd1/d2/d3/up/../..' }]],
    [
      'leads up behind a directory behind another link',
      [{ name: 'x', type: '2', target: 'd1/d2/d3/up/d1/../..' }],
    ],
    ['lies higher than its name says', [{ name: 'd1/d2/d3/up/x', type: '2', target: '../../../..' }]],
    [
      'leads up behind what comes later',
      [
        { name: 'x', type: '2', target: 'p/q/../..' },
        { name: 'p', type: '2', target: '.' },
      ],
    ],
  ] as const)('with a link that %s is refused, and nothing is made outside', async (_, links) => {
    await ctx.fs.makeDirectory(at('deep/in/out'), { parents: true })
    writeFileSync(at('a.tar'), tarOf([...up, ...links, { name: 'x/made/evil', content: 'x' }]))
    const call = extractTar(ctx, at('a.tar'), at('deep/in/out'))
    await expect(call).rejects.toThrow(`The member '${links[0].name}' of the archive is refused`)
    await expect(call).rejects.toThrow('leads outside')
    expect([readdirSync(at('deep')), readdirSync(at('deep/in'))]).toEqual([['in'], ['out']])
  })

  test('makes no directory behind a link that is there and leads outside', async () => {
    await ctx.fs.makeDirectory(at('out'))
    await ctx.fs.makeDirectory(at('outside'))
    symlinkSync(at('outside'), at('out/a'))
    writeFileSync(at('a.tar'), tarOf([{ name: 'a/b/', type: '5' }]))
    await expect(extractTar(ctx, at('a.tar'), at('out'))).rejects.toThrow('leads outside')
    expect(readdirSync(at('outside'))).toEqual([])
  })

  test('writes a large file whole', async () => {
    const content = 'x'.repeat(3_000_000)
    writeFileSync(at('a.tar'), tarOf([{ name: 'f', content }]))
    await extractTar(ctx, at('a.tar'), at('out'))
    expect(await ctx.fs.readText(at('out/f'))).toBe(content)
    expect(readdirSync(at('out'))).toEqual(['f'])
  })

  test('replaces a link at the place of a file, and does not write through it', async () => {
    await ctx.fs.makeDirectory(at('out'))
    writeFileSync(at('precious'), 'old')
    symlinkSync(at('precious'), at('out/f'))
    writeFileSync(at('a.tar'), tarOf([{ name: 'f', content: 'new' }]))
    await extractTar(ctx, at('a.tar'), at('out'))
    expect(await ctx.fs.readText(at('precious'))).toBe('old')
    expect(await ctx.fs.readText(at('out/f'))).toBe('new')
  })

  test('may hold links that stay inside', async () => {
    const members = [
      { name: 'a/', type: '5' },
      { name: 'a/f', content: 'x' },
      { name: 'b', type: '2', target: 'a/../a' },
      { name: 'b/g', content: 'y' },
    ] as const
    writeFileSync(at('a.tar'), tarOf(members))
    await extractTar(ctx, at('a.tar'), at('out'))
    expect(readdirSync(at('out/a'))).toEqual(['f', 'g'])
  })

  test.each([
    ['that ends in the middle', (tar: Buffer) => tar.subarray(0, 700), 'ends in the middle of a member'],
    ['with a damaged header', (tar: Buffer) => tar.fill(0x41, 0, 10), 'is not a tar archive'],
    ['with an endless name', () => tarOf([{ name: 'x', type: 'L', size: 2 ** 32 }]), 'is not a tar archive'],
  ])('%s is an error that says so', async (_, damage, message) => {
    writeFileSync(at('a.tar'), damage(tarOf([{ name: 'f', content: 'x'.repeat(600) }])))
    await expect(extractTar(ctx, at('a.tar'), at('out'))).rejects.toThrow(message)
  })
})

describe('a zip archive', () => {
  async function zip(members: readonly { name: string; content: string; mode?: number }[]): Promise<string> {
    writeFileSync(at('a.zip'), '')
    const writer = new ZipWriter((bytes) => ctx.fs.append(at('a.zip'), bytes))
    for (const { name, content, mode = 0o100644 } of members)
      await writer.add({ name, content: Buffer.from(content), mode, mtimeMs: 0 })
    await writer.finish()
    return at('a.zip')
  }
  const options = () => ({
    directory: at('out'),
    excludes: [],
    password: undefined,
    extractPerms: true,
  })

  test('is refused before anything of it is extracted', async () => {
    const archive = await zip([
      { name: 'ok', content: '1' },
      { name: '../evil', content: '2' },
    ])
    await expect(extractZip(ctx, archive, options())).rejects.toThrow("The member '../evil' of the archive")
    expect(existsSync(at('out'))).toBe(false)
  })

  test('with a link that leads outside is refused', async () => {
    const archive = await zip([{ name: 'l', content: '/etc/passwd', mode: 0o120777 }])
    await expect(extractZip(ctx, archive, options())).rejects.toThrow('leads outside, to /etc/passwd')
  })

  test('that states less than it holds is damaged', async () => {
    const archive = await zip([{ name: 'f', content: 'x'.repeat(1000) }])
    const bytes = await ctx.fs.read(archive)
    const entry = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
    bytes.writeUInt32LE(10, entry + 24)
    writeFileSync(archive, bytes)
    await expect(extractZip(ctx, archive, options())).rejects.toThrow(
      'holds more than the 10 bytes that it states',
    )
  })
})

test('an archive that holds far more than its own size is refused by the member that is too much', () => {
  const budget = new ArchiveBudget(1000)
  budget.add({ name: 'a', size: archiveLimits.bytes })
  expect(() => budget.add({ name: 'b', size: 1 })).toThrow("The member 'b' of the archive is refused")
  const large = new ArchiveBudget(archiveLimits.bytes)
  large.add({ name: 'a', size: archiveLimits.bytes * 100 })
})

test('names that look like a way up and are none are taken', () => {
  for (const name of ['..a', 'a..', 'a/...', './a', 'a//b'])
    expect(() => checkMember({ name, type: 'file', target: '' })).not.toThrow()
})

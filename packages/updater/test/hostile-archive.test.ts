// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FrozenApp, LocalDirectory, WebDirectory } from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nameOf, placeRelease, platform, type RawEntry, serve, zipRelease } from './support/releases.ts'

const name = nameOf('1.1')
const inside = (path: string) => `versions/${name}/${path}`

let work: string
let root: string

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'halite-hostile-'))
  root = join(work, 'app')
  placeRelease(root, { version: '1.0' })
  writeFileSync(join(root, 'current'), `${nameOf('1.0')}\n`)
})

afterEach(() => rmSync(work, { recursive: true }))

/** The manifest of the release with another list of files. */
function withManifest(change: (files: Record<string, unknown>[]) => unknown[]) {
  return (entries: RawEntry[]) =>
    entries.map((entry) => {
      if (!entry.path.endsWith('MANIFEST.json')) return entry
      const manifest = JSON.parse(entry.text)
      return { ...entry, text: JSON.stringify({ ...manifest, files: change(manifest.files) }) }
    })
}

const file = (path: string, size = 1) => ({ path, size, sha256: '0'.repeat(64) })

const archives: readonly (readonly [string, (entries: RawEntry[]) => RawEntry[], RegExp])[] = [
  ['a link', (all) => [...all, { path: inside('lib/l'), text: '/etc/passwd', mode: 0o120777 }], /is a link/],
  ['a device', (all) => [...all, { path: inside('lib/d'), text: '', mode: 0o020666 }], /is a link/],
  [
    'a file that the manifest does not name',
    (all) => [...all, { path: inside('lib/x'), text: '' }],
    /does not name/,
  ],
  ['no manifest', (all) => all.filter(({ path }) => !path.endsWith('.json')), /has no manifest/],
  ['a file less', (all) => all.filter(({ path }) => !path.endsWith('app.js')), /lacks lib\/app.js/],
  ['a file of another size', replaced('lib/app.js', 'longer than it was, by far'), /has \d+ bytes/],
  ['other bytes', (all) => all.map(flipped), /is not what the manifest says/],
  ['a way out in the manifest', withManifest((all) => [...all, file('../../evil')]), /refused/],
  ['an absolute path', withManifest((all) => [...all, file('/tmp/evil')]), /refused/],
  ['a drive', withManifest((all) => [...all, file('c:/evil')]), /refused/],
  ['a backslash', withManifest((all) => [...all, file('lib\\evil')]), /refused/],
  ...[
    'lib/app.js:stream',
    'lib/app.js::$DATA',
    'CON',
    'lib/nul.js',
    'lib/COM1',
    'lib/lpt9.txt',
    'lib/aux .js',
  ].map(
    (path) =>
      [
        `${path}, which Windows takes for something else`,
        withManifest((all) => [...all, file(path)]),
        /refused/,
      ] as const,
  ),
  ...['lib/app.js.', 'lib/app.js ', 'lib./x', 'lib//x', './x', 'lib/\u0007', 'lib/e\u0301'].map(
    (path) =>
      [
        `${JSON.stringify(path)}, which not all systems take for the same`,
        withManifest((all) => [...all, file(path)]),
        /refused/,
      ] as const,
  ),
  ['names that differ in case alone', withManifest((all) => [...all, file('LIB/app.js')]), /refused/],
  ['a file of a terabyte', withManifest((all) => [...all, file('lib/huge', 2 ** 40)]), /not a manifest/],
  [
    'files of many gigabytes',
    withManifest((all) => [...all, ...[1, 2, 3].map((n) => file(`h${n}`, 2 ** 30))]),
    /more than a version may have/,
  ],
  [
    'another release inside',
    (all) => all.map((one) => ({ ...one, path: one.path.replace('1.1', '1.3') })),
    /has no manifest/,
  ],
]

function replaced(path: string, text: string) {
  return (all: RawEntry[]) => all.map((one) => (one.path.endsWith(path) ? { ...one, text } : one))
}

function flipped(entry: RawEntry): RawEntry {
  return entry.path.endsWith('app.js') ? { ...entry, text: entry.text.replace('app', 'bad') } : entry
}

describe('an archive is refused, and nothing of it stays, with', () => {
  test.each(archives)('%s', async (_what, change, why) => {
    await zipRelease(join(work, 'zips'), { version: '1.1' }, change)
    await refused(why)
  })

  test('a way out in the names of its entries', async () => {
    const path = await zipRelease(join(work, 'zips'), {
      version: '1.1',
      files: { 'lib/aaaaaaaaaaaaaaaaa.js': 'x' },
    })
    const bytes = readFileSync(path).toString('latin1')
    writeFileSync(path, bytes.replaceAll('lib/aaaaaaaaaaaaaaaaa.js', '../../../../../evil.js12'), 'latin1')
    await refused(/refused|lacks/)
  })

  test('a size that is a lie', async () => {
    const bomb = '0'.repeat(5_000_000)
    const path = await zipRelease(
      join(work, 'zips'),
      { version: '1.1', files: { 'lib/bomb': bomb } },
      withManifest((all) => all.map((one) => (one['path'] === 'lib/bomb' ? { ...one, size: 10 } : one))),
    )
    const bytes = readFileSync(path)
    const size = Buffer.alloc(4)
    size.writeUInt32LE(bomb.length)
    for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size, at + 1)) bytes.writeUInt32LE(10, at)
    writeFileSync(path, bytes)
    await refused(/refused/)
  })

  test('its end cut off, or only zeros', async () => {
    const path = await zipRelease(join(work, 'zips'), { version: '1.1' })
    const bytes = readFileSync(path)
    for (const spoiled of [bytes.subarray(0, bytes.length / 2), Buffer.alloc(bytes.length)]) {
      writeFileSync(path, spoiled)
      await refused(/refused/)
    }
  })

  async function refused(why: RegExp): Promise<void> {
    const app = new FrozenApp({ root, finder: new LocalDirectory(join(work, 'zips')) })
    await expect(app.installVersion('1.1')).rejects.toThrow(why)
    expect(readdirSync(root).sort()).toEqual(['current', 'versions'])
    expect(readdirSync(join(root, 'versions'))).toEqual([nameOf('1.0')])
    expect(readdirSync(work).sort()).toEqual(['app', 'zips'])
  }
})

describe('a page that lists releases', () => {
  test.each([
    [`<a href="${name}.zip">`, ['1.1']],
    [`<a href='/files/${name}.zip'>x</a> <a href=${nameOf('1.2')}.zip >`, ['1.1', '1.2']],
    [`<a href="other-1.1.${platform}.zip"><a href="app-1.1.no-such.zip"><a href="x.tar.gz">`, []],
    [`<A HREF="${name}.zip"><a href="../../../etc/${nameOf('..')}.zip">`, ['1.1']],
    ['\0\0<<<href="%%%.zip" href="http://[::bad/app.zip"', []],
  ])('%j', async (page, versions) => {
    const { url, server } = await serve((_path, response) => response.end(page))
    try {
      expect(await new WebDirectory(url).findVersions({ app: 'app', platform })).toEqual(versions)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test('that another page stands for: its links are relative to that one', async () => {
    mkdirSync(join(work, 'zips'))
    const zip = readFileSync(await zipRelease(join(work, 'zips'), { version: '1.1' }))
    const { url, server } = await serve((path, response) => {
      if (path === '/') response.writeHead(302, { location: '/files/' }).end()
      else if (path === `/files/${name}.zip`) response.end(zip)
      else response.end(path === '/files/' ? `<a href="${name}.zip">` : '')
    })
    const app = new FrozenApp({ root, finder: new WebDirectory(url) })
    expect(await app.autoUpdate()).toBe('1.1')
    server.closeAllConnections()
    server.close()
  })
})

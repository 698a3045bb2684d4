// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@halite/core'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const platform = `${process.platform}-${process.arch}`
const limits = { timeout: 900_000 }

let work: string

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'halite-freeze-test-'))
})

afterAll(() => rmSync(work, { recursive: true }))

async function freeze(...words: string[]): Promise<Buffer> {
  const { retcode, stderr } = await run([
    process.execPath,
    join(root, 'scripts/freeze.mjs'),
    '--release',
    '9.8.7',
    ...words,
  ])
  expect(stderr.toString()).toBe('')
  expect(retcode).toBe(0)
  return readFileSync(join(work, `salt-9.8.7.${platform}.zip`))
}

test(
  'a release verifies itself, brings modules of a site, and is the same a second time',
  limits,
  async (ctx) => {
    ctx.skip(process.env['HALITE_TEST_UPDATES'] !== '1', 'takes minutes: npm run test:updates')
    mkdirSync(join(work, '_modules'))
    const module = `export default ({ defineModule, fn }) => defineModule({ name: 'fromsite', doc: 'Of a site.', functions: {
    hello: fn({ doc: 'Says it.', examples: ['salt fromsite.hello'], run: () => 'hello' }) } })\n`
    writeFileSync(join(work, '_modules/fromsite.js'), module)
    writeFileSync(join(work, 'freeze.yaml'), 'freezer_includes: [_modules/fromsite.js]\n')
    const trusted = { signed: { _type: 'root', roles: { timestamp: {} } } }
    writeFileSync(join(work, 'root.json'), JSON.stringify(trusted))
    const words = ['--config', join(work, 'freeze.yaml'), '--trust', join(work, 'root.json'), '--out', work]
    const first = await freeze(...words)
    const sum = createHash('sha256').update(first).digest('hex')
    const tree = join(work, 'tree')
    await run(['unzip', '-q', join(work, `salt-9.8.7.${platform}.zip`), '-d', tree])
    writeFileSync(join(work, 'minion'), `root_dir: ${work}/r\nid: m\n`)
    const said = await run([join(tree, 'salt-call'), '--local', '-c', work, 'fromsite.hello'], { env: {} })
    expect(`${said.stdout}${said.stderr}`).toBe('local:\n    hello\n')
    expect(JSON.parse(readFileSync(join(tree, 'trust/root.json'), 'utf8'))).toEqual(trusted)
    const second = await freeze(...words, '--tarball', '--no-check')
    expect(createHash('sha256').update(second).digest('hex')).toBe(sum)
    await run(['tar', '-xzf', join(work, `salt-9.8.7.${platform}.tar.gz`), '-C', work])
    const installed = join(work, 'salt/bin/salt-call')
    const hello = await run([installed, '--local', '-c', work, 'fromsite.hello'], { env: {} })
    expect(`${hello.stdout}${hello.stderr}`).toBe('local:\n    hello\n')
  },
)

test.each([
  [['--release', 'x'], /--release x: a version begins with a digit/],
  [['--platform', 'sunos-x64'], /there is no runtime for --platform sunos-x64/],
  [['--platform', 'win32-x64', '--tarball'], /--tarball: there is none for Windows/],
  [['--trust', join(root, 'package.json')], /that is no root of a repository/],
])('freeze %j is refused', async (words, why) => {
  const { retcode, stderr } = await run([process.execPath, join(root, 'scripts/freeze.mjs'), ...words])
  expect(stderr.toString()).toMatch(why)
  expect(retcode).toBe(64)
})

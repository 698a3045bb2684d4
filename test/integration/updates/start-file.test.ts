// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@halite/core'
import { beginTrial, Layout, readFailed, readTrial, readVerdict } from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const updater = join(root, 'dist/updater.js')
const text = readFileSync(join(root, 'packages/updater/launcher/start.sh'), 'utf8')
const [old, next] = ['salt-1.0.linux-x64', 'salt-1.1.linux-x64']

let layout: Layout

/** Ends the daemon as a person would, once it has written what it is. */
const stays = "process.on('SIGTERM', () => process.exit(0)); setTimeout(() => {}, 60_000)"

beforeEach(() => {
  layout = new Layout(mkdtempSync(join(tmpdir(), 'halite-start-')))
  for (const [name, file] of [
    ['salt', 'salt'],
    ['salt-minion', 'salt-minion'],
  ] as const) {
    writeFileSync(join(layout.root, file), text.replace('@DAEMONS@', 'salt-minion salt-master'), {
      mode: 0o755,
    })
    chmodSync(join(layout.root, name), 0o755)
  }
  version(old, { salt: 'console.log("old", ...process.argv.slice(2))', 'salt-minion': 'console.log("old")' })
  writeFileSync(layout.current, `${old}\n`)
})

afterEach(() => rmSync(layout.root, { recursive: true }))

function version(name: string, programs: Readonly<Record<string, string>>): void {
  mkdirSync(join(layout.version(name), 'bin'), { recursive: true })
  mkdirSync(join(layout.version(name), 'lib'))
  const files: unknown[] = []
  const manifest = { app: 'salt', version: '1', platform: 'linux-x64', tools: [], files }
  writeFileSync(layout.manifest(name), JSON.stringify(manifest))
  writeFileSync(join(layout.version(name), 'bin/node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, {
    mode: 0o755,
  })
  writeFileSync(join(layout.version(name), 'lib/updater.js'), `require(${JSON.stringify(updater)})\n`)
  for (const [tool, program] of Object.entries(programs))
    writeFileSync(join(layout.version(name), 'lib', `${tool}.js`), `${program}\n`)
}

function begin(deadlineMs = 20_000): void {
  beginTrial(layout, { version: next, judge: old, needs: 'start', maxAttempts: 2, deadlineMs, note: null })
}

/** With an environment of nothing at all. */
async function start(name: string, ...words: string[]): Promise<string> {
  const { stdout, stderr, retcode } = await run([join(layout.root, name), ...words], {
    env: {},
    timeoutMs: 40_000,
  })
  return `${stdout}${stderr}${retcode}`
}

describe('a start file', () => {
  beforeEach((ctx) => ctx.skip(process.platform === 'win32', 'Windows has a start file of its own'))

  test('starts a tool of the current version with its words', async () => {
    expect(await start('salt', '*', 'a b', '')).toBe('old * a b \n0')
  })

  test('is found through a link from elsewhere', async () => {
    const link = join(layout.root, 'link')
    await run(['ln', '-s', join(layout.root, 'salt'), link])
    const { stdout } = await run([link], { env: {} })
    expect(stdout.toString()).toBe('old\n')
  })

  test.each(['', 'no-such', '../../bin', '\0\0'])(
    'finds a whole version when current holds %j',
    async (content) => {
      writeFileSync(layout.current, content)
      expect(await start('salt')).toBe('old\n0')
    },
  )

  test('says what to do when there is none', async () => {
    rmSync(layout.manifest(old))
    expect(await start('salt')).toMatch(/no complete version in .*versions: unpack the release again\n70$/)
  })

  test('starts a daemon again when it asks for it, then from the version that is current', async () => {
    version(next, { 'salt-minion': 'console.log("new")' })
    const flip = `require('fs').writeFileSync(${JSON.stringify(layout.current)}, ${JSON.stringify(`${next}\n`)})`
    writeFileSync(
      join(layout.version(old), 'lib/salt-minion.js'),
      `console.log('old'); ${flip}; process.exit(85)\n`,
    )
    expect(await start('salt-minion')).toBe('old\nnew\n0')
  })

  test('passes on how a daemon ended', async () => {
    writeFileSync(join(layout.version(old), 'lib/salt-minion.js'), 'process.exit(7)\n')
    expect(await start('salt-minion')).toBe('7')
  })

  test('leaves a version that crashes at its start', async () => {
    version(next, { 'salt-minion': 'console.log("new"); process.exit(13)' })
    begin()
    expect(await start('salt-minion')).toBe('new\nnew\nold\n0')
    const reason = 'it ended 2 times before it was ready: exit code 13'
    expect(readVerdict(layout)).toMatchObject({ outcome: 'rolled back', reason })
    expect(readFailed(layout)).toHaveLength(1)
  })

  test('leaves a version whose Node does not start', async () => {
    version(next, { 'salt-minion': '' })
    writeFileSync(join(layout.version(next), 'bin/node'), 'this is no program', { mode: 0o644 })
    begin()
    expect(await start('salt-minion')).toMatch(/old\n/)
    expect(readVerdict(layout)?.reason).toMatch(/exit code 12[67]/)
  })

  test('leaves a version that is never ready, even one that does not end when asked', async () => {
    version(next, { 'salt-minion': `console.log("new"); ${stays}` })
    begin(500)
    expect(await start('salt-minion')).toBe('new\nold\n0')
    expect(readVerdict(layout)?.reason).toBe('it was not ready within 0.5 s: it did not say that it works')
    expect(readTrial(layout)).toBeUndefined()
  })

  test('waits for no watcher whose program has ended, though the signal that ends it was lost', async () => {
    version(next, { 'salt-minion': '' })
    begin()
    const ended = await run([process.execPath, '-p', 'process.pid'])
    const argv = [process.execPath, updater, 'watch', layout.root, ended.stdout.toString().trim()]
    expect((await run(argv, { timeoutMs: 10_000 })).retcode).toBe(0)
    expect(readTrial(layout)?.attempts).toBe(0)
  })
})

describe('where a shell cannot wait for two programs, the version before supervises the one on trial', () => {
  /** As start.cmd calls it: again for 85. */
  async function supervised(...words: string[]): Promise<string> {
    const said: string[] = []
    for (let code = 85; code === 85 && readTrial(layout) !== undefined; ) {
      const argv = [process.execPath, updater, 'supervise', layout.root, 'salt-minion', ...words]
      const { stdout, retcode } = await run(argv, { timeoutMs: 40_000 })
      said.push(`${stdout}${retcode}`)
      code = retcode
    }
    return said.join(' ')
  }

  test('passes on words and how it ended, once it is confirmed', async () => {
    const confirms = `require(${JSON.stringify(join(root, 'packages/updater/dist/index.js'))})`
    version(next, {
      'salt-minion': `const { confirm, Layout } = ${confirms}; confirm(new Layout(${JSON.stringify(layout.root)}), ${JSON.stringify(next)}, 'test')
      console.log(...process.argv.slice(2)); process.exit(7)`,
    })
    begin()
    expect(await supervised('-c', 'a b')).toBe('-c a b\n7')
    expect(readVerdict(layout)).toMatchObject({ outcome: 'confirmed' })
  })

  test('leaves it when it crashes at its start', async () => {
    version(next, { 'salt-minion': 'console.log("new"); process.exit(13)' })
    begin()
    expect(await supervised()).toBe('new\n85 new\n85 85')
    expect(readVerdict(layout)?.reason).toBe('it ended 2 times before it was ready: exit code 13')
    expect(readFileSync(layout.current, 'utf8')).toBe(`${old}\n`)
  })

  test('leaves it when its Node does not start', async () => {
    version(next, { 'salt-minion': '' })
    rmSync(join(layout.version(next), 'bin/node'))
    begin()
    expect(await supervised()).toBe('85 85 85')
    expect(readVerdict(layout)?.reason).toMatch(/ENOENT/)
  })

  test('ends it when its time is over', async () => {
    version(next, { 'salt-minion': `console.log("new"); ${stays}` })
    begin(500)
    expect(await supervised()).toBe('new\n85')
    expect(readVerdict(layout)?.reason).toBe('it was not ready within 0.5 s: it did not say that it works')
  })

  test('is stopped with it', async () => {
    version(next, { 'salt-minion': `console.log("new"); ${stays}` })
    begin()
    const argv = ['sh', '-c', `"$@" & sleep 2; kill -TERM $!; wait $!`, 'sh', process.execPath, updater]
    const { stdout } = await run([...argv, 'supervise', layout.root, 'salt-minion'], { timeoutMs: 20_000 })
    expect(stdout.toString()).toBe('new\n')
    expect(readTrial(layout)?.attempts).toBe(1)
  })
})

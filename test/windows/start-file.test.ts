// SPDX-License-Identifier: Apache-2.0
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '@halite/testing'
import { beginTrial, Layout, readFailed, readTrial, readVerdict } from '@halite/updater'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

const kit = useWindows()
const [old, next] = ['salt-1.0.win32-x64', 'salt-1.1.win32-x64'] as [string, string]
/** With a blank, as on most machines. */
const home = 'C:\\Program Files\\Frozen'
const startFile = readFileSync(join(repositoryRoot, 'packages/updater/launcher/start.cmd'), 'utf8')
  .replace('@DAEMONS@', 'salt-minion salt-master')
  .replaceAll(/\r?\n/g, '\r\n')

let machine: WindowsMachine
let layout: Layout

beforeAll(() => {
  if (kit !== undefined) machine = WindowsMachine.make(kit, { id: 'win1' })
})
afterAll(() => machine?.close())

beforeEach(() => {
  if (machine === undefined) return
  layout = new Layout(machine.path(home))
  rmSync(layout.root, { recursive: true, force: true })
  mkdirSync(layout.root, { recursive: true })
  for (const tool of ['salt', 'salt-minion']) writeFileSync(join(layout.root, `${tool}.cmd`), startFile)
  version(old, {
    salt: 'console.log("old", ...process.argv.slice(2))',
    'salt-minion': 'console.log("old")',
  })
  writeFileSync(layout.current, `${old}\n`)
})

function version(name: string, programs: Readonly<Record<string, string>>): void {
  const folder = layout.version(name)
  for (const inside of ['bin', 'lib']) mkdirSync(join(folder, inside), { recursive: true })
  const files: unknown[] = []
  const manifest = { app: 'salt', version: '1', platform: 'win32-x64', tools: [], files }
  writeFileSync(layout.manifest(name), JSON.stringify(manifest))
  linkSync(kit?.node ?? '', join(folder, 'bin/node.exe'))
  const updater = `Z:${join(repositoryRoot, 'dist/updater.js').replaceAll('/', '\\')}`
  const all = { updater: `require(${JSON.stringify(updater)})`, ...programs }
  for (const [tool, program] of Object.entries(all))
    writeFileSync(join(folder, `lib/${tool}.js`), `${program}\n`)
}

function begin(deadlineMs = 60_000): void {
  beginTrial(layout, { version: next, judge: old, needs: 'start', maxAttempts: 2, deadlineMs, note: null })
}

async function start(name: string, ...words: string[]): Promise<string> {
  const { stdout, stderr, code } = await machine.run(`${home}\\${name}.cmd`, ...words)
  return `${stdout}${stderr}${code}`.replaceAll('\r', '')
}

describe('a start file of Windows', () => {
  test('starts a tool of the current version with its words, and passes on how it ended', async () => {
    expect(await start('salt', 'a b', '*')).toBe('old a b *\n0')
    writeFileSync(join(layout.version(old), 'lib/salt.js'), 'process.exit(7)')
    expect(await start('salt')).toBe('7')
  })

  test.each(['', 'no-such', '..\\..\\Windows', '../..', '.', '" & echo evil & "', '\0\0', `\r\n${old}`])(
    'finds a whole version when current holds %j',
    async (content) => {
      writeFileSync(layout.current, content)
      expect(await start('salt')).toBe('old\n0')
    },
  )

  test('says what to do when there is none', async () => {
    rmSync(layout.manifest(old))
    expect(await start('salt')).toMatch(/no complete version in .*versions: unpack the release again\s+70$/)
  })

  test('starts a daemon again when it asks for it, then from the version that is current', async () => {
    version(next, { 'salt-minion': 'console.log("new")' })
    const flip = `require('fs').writeFileSync(require('path').join(__dirname, '../../../current'), '${next}')`
    writeFileSync(
      join(layout.version(old), 'lib/salt-minion.js'),
      `console.log('old', process.env.HALITE_LAUNCHER); ${flip}; process.exit(85)\n`,
    )
    expect(await start('salt-minion')).toBe(`old ${home}\\salt-minion.cmd\nnew\n0`)
  })

  test('leaves a version that crashes at its start, although its program runs when that is found out', async () => {
    version(next, { 'salt-minion': 'console.log("new"); process.exit(13)' })
    begin()
    expect(await start('salt-minion')).toBe('new\nnew\nold\n0')
    const reason = 'it ended 2 times before it was ready: exit code 13'
    expect(readVerdict(layout)).toMatchObject({ outcome: 'rolled back', reason })
    expect(readFailed(layout)).toHaveLength(1)
  })

  test('leaves a version that is never ready', async () => {
    version(next, { 'salt-minion': 'console.log("new"); setInterval(() => {}, 1000)' })
    begin(1500)
    expect(await start('salt-minion')).toBe('new\nold\n0')
    expect(readVerdict(layout)?.reason).toBe('it was not ready within 1.5 s: it did not say that it works')
    expect(readTrial(layout)).toBeUndefined()
  })

  test('leaves a version whose Node is not there', async () => {
    version(next, { 'salt-minion': '' })
    rmSync(join(layout.version(next), 'bin/node.exe'))
    begin()
    expect(await start('salt-minion')).toBe('old\n0')
    expect(readVerdict(layout)?.outcome).toBe('rolled back')
  })
})

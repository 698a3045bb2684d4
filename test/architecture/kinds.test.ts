// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { kindTable, moduleKinds, syncedFolders } from '@halite/loader'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { packageNames, root, textOf } from './sources.ts'

test('every kind that is built has its folder or its reason, and every folder its kind', () => {
  const folders = readdirSync(join(root, 'packages/modules/src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  const others = ['contracts', 'descriptions']
  const strange = folders.filter(
    (name) => !others.includes(name) && !moduleKinds.some((kind) => kind === name),
  )
  expectNone('No kind in packages/loader/src/kinds.ts', strange)
})

test('folders of site modules are named as those of Salt', () => {
  const synced = (side: 'minion' | 'master') => syncedFolders(side).map(({ sync }) => sync)
  const ofMinion =
    'beacons clouds engines executors grains log_handlers matchers modules output proxymodules renderers returners ' +
    'sdb serializers states thorium utils pillar tops wrapper'
  const ofMaster =
    'modules states grains renderers returners output proxymodules runners wheel engines thorium queues pillar utils ' +
    'sdb tops cache fileserver clouds roster eauth_tokens serializers executors wrapper'
  expect(synced('minion')).toEqual(ofMinion.split(' ').sort())
  expect(synced('master')).toEqual(ofMaster.split(' ').sort())
  const folders = Object.values(kindTable).map(({ folder }) => folder)
  expect(folders).toEqual([...new Set(folders)])
})

/** What somebody writes who adds a kind: a row with its contract, and a module in the folder of the kind. */
const row = `
  greetings: objectKind<{ readonly name: string; readonly doc: string; greet(): string }>({
    folder: 'greetings',
    sync: 'greetings',
    sides: ['minion'],
    runsIn: 'executor',
    problem: ({ greet }) => (typeof greet === 'function' ? undefined : 'greet must be a function'),
    disabledBy: 'disable_greetings',
    docs: { path: 'greetings', title: 'Greetings', one: 'Greeting', introduction: ['What is said first.'] },
  }),
`
const hello = `export default { name: 'hello', doc: 'Says hello.', greet: () => 'hello' }\n`

describe('a kind is added by its row and its folder', () => {
  let copy = ''

  /** The sources in a place of their own, where packages find one another and not the originals. */
  beforeAll(() => {
    mkdirSync(join(root, '.cache'), { recursive: true })
    copy = mkdtempSync(join(root, '.cache/kinds-'))
    cpSync(join(root, 'scripts'), join(copy, 'scripts'), { recursive: true })
    mkdirSync(join(copy, 'node_modules/@halite'), { recursive: true })
    for (const name of packageNames()) {
      for (const part of ['src', 'package.json', 'node_modules']) {
        const from = join(root, 'packages', name, part)
        if (existsSync(from)) cpSync(from, join(copy, 'packages', name, part), { recursive: true })
      }
      symlinkSync(join(copy, 'packages', name), join(copy, 'node_modules/@halite', name), 'junction')
    }
    const table = join(copy, 'packages/loader/src/kinds.ts')
    const text = readFileSync(table, 'utf8')
    const place = text.indexOf('  beacons: unbuiltKind(')
    writeFileSync(table, text.slice(0, place) + row.trimStart() + text.slice(place))
    mkdirSync(join(copy, 'packages/modules/src/greetings'))
    writeFileSync(join(copy, 'packages/modules/src/greetings/hello.ts'), hello)
  }, 60_000)

  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  test('the compiler knows what its files export', () => {
    const probe = join(copy, 'packages/loader/src/probe.ts')
    writeFileSync(
      probe,
      `import type { KindObjects } from './kinds.ts'\nexport const greet = (one: KindObjects['greetings']): string => one.greet()\n// @ts-expect-error: it is a text\nexport const wrong = (one: KindObjects['greetings']): number => one.greet()\n`,
    )
    writeFileSync(
      join(copy, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.json',
        files: ['packages/loader/src/probe.ts'],
        references: [],
      }),
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { stdout } = spawnSync(
      process.execPath,
      [tsc, '--project', copy, '--noEmit', '--composite', 'false', '--incremental', 'false'],
      { encoding: 'utf8' },
    )
    rmSync(probe)
    expect(stdout).toBe('')
  }, 120_000)

  test('manifest, pages, loader and sync follow', async () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/generate.mjs'], {
      cwd: copy,
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })

    const page = readFileSync(join(copy, 'docs/reference/greetings.md'), 'utf8')
    expect(page).toContain('# Greetings\n\nWhat is said first.\n\n| Greeting | What it is |')
    expect(page).toContain('| `hello` | Says hello. |')

    const { importSource } = await import(pathToFileURL(join(copy, 'scripts/import-source.mjs')).href)
    const loader = await importSource('packages/loader/src/index.ts')
    const { manifest } = await importSource('packages/modules/src/manifest.generated.ts')
    const greeting = await new loader.Registry(manifest).object('greetings', 'hello')
    expect(greeting.greet()).toBe('hello')
    const disabled = new loader.Registry(manifest, { options: { disable_greetings: ['hello'] } })
    expect(await disabled.object('greetings', 'hello')).toBe(undefined)

    expect(() => loader.checkModule('greetings', 'x', { name: 'x', doc: '' })).toThrow(
      'module greetings/x: greet must be a function',
    )
    expect(loader.syncedFolders('minion')).toContainEqual({ folder: 'greetings', sync: 'greetings' })
    const site = join(copy, 'site/greetings')
    mkdirSync(site, { recursive: true })
    writeFileSync(join(site, 'ciao.mjs'), `export default () => (${hello.slice('export default '.length)})`)
    const { modules } = await loader.readSiteTree(join(copy, 'site'))
    expect(modules).toEqual([{ kind: 'greetings', file: 'ciao', path: 'greetings/ciao.mjs' }])
    const original = textOf('packages/modules/src/manifest.generated.ts')
    expect(original).not.toContain('greetings')
  }, 120_000)
})

// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { SourceMap } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commonJsOf } from '../../scripts/build/common-js.mjs'
import { install } from '../../scripts/build/install.mjs'

const sources = {
  'tool.ts': `
    import { greeting } from './shared.ts'
    class Importer { import(what: string, how?: string) { return \`\${how ?? 'imported'} \${what}\` } }
    void main()
    async function main() {
      const { late } = await import('./late.ts')
      const { site } = await import(process.argv[2] ?? '')
      const { sep } = await import('node:path')
      const table = await import(new URL('./table.js', import.meta.url).href)
      console.log([greeting, late(), site, new Importer().import('method'), sep, table.rows.length].join())
    }`,
  'late.ts': `
    import { greeting } from './shared.ts'
    export const late = () => greeting.toUpperCase()`,
  'shared.ts': `export const greeting = 'hello'`,
  'table.ts': `export const rows = [1, 2, 3]`,
  'seldom.ts': `
    import { setTimeout as delay } from 'node:timers/promises'
    const isLoaded = () => process.moduleLoadList.includes('NativeModule timers/promises')
    const before = isLoaded()
    void delay(1, 'waited').then((value) => console.log([before, value, isLoaded()].join()))`,
  'whole.ts': `
    import * as all from 'node:timers/promises'
    console.log(['scheduler' in all, Object.keys(all).includes('setTimeout'), typeof all.setTimeout].join())`,
}

let folder = ''
let dist = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halite-common-js-'))
  dist = join(folder, 'dist')
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'site.mjs'), `export const site = await Promise.resolve('from an ES module')`)
})

afterEach(() => rmSync(folder, { recursive: true }))

test('a module of Node that is seldom used is loaded when it is', async () => {
  await installBundle()
  const printed = (name: string) => execFileSync(process.execPath, [join(dist, name)], { encoding: 'utf8' })
  expect(printed('seldom.js')).toBe('false,waited,true\n')
  expect(printed('whole.js')).toBe('true,true,function\n')
})

const settings = { target: 'node20.19', minifyWhitespace: true, minifySyntax: true }

async function installBundle(): Promise<void> {
  const starts = { tool: 'tool.ts', table: 'table.ts', seldom: 'seldom.ts', whole: 'whole.ts' }
  const result = await build({
    ...settings,
    absWorkingDir: folder,
    entryPoints: starts,
    outdir: 'dist',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    sourcemap: 'external',
    metafile: true,
    write: false,
  })
  install(dist, await commonJsOf(result, { starts, settings }))
}

/** What the tool prints, and the bytecode that Node says it did not take. */
function runTool(env: Record<string, string> = {}): string {
  const site = `file://${join(folder, 'site.mjs')}`
  return execFileSync(process.execPath, [join(dist, 'tool.js'), site], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  }).trim()
}

const answer = 'hello,HELLO,from an ES module,imported method,/,3'
const bytecode = () => join(dist, '.bytecode', `${process.version}-${process.platform}-${process.arch}`)

test('chunks, site modules, modules of Node and start files are imported late; methods named import stay methods', async () => {
  await installBundle()
  expect(runTool()).toBe(answer)
})

test('a program runs the same with the bytecode that it left, and without that of another build', async () => {
  await installBundle()
  expect(runTool({ HALITE_RECORD_BYTECODE: bytecode() })).toBe(answer)
  const [file = ''] = readdirSync(bytecode())
  expect(file).toMatch(/^tool-\w+\.js$/)
  const size = readFileSync(join(bytecode(), file)).length
  expect(size).toBeGreaterThan(1000)
  expect(runTool()).toBe(answer)
  truncateSync(join(bytecode(), file), size - 100)
  expect(runTool()).toBe(answer)
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['no index', Buffer.from('\xff\xff\xff\xffgarbage', 'latin1')],
  ['an index of nonsense', Buffer.concat([Buffer.from([4, 0, 0, 0]), Buffer.from('null')])],
])('bytecode that holds %s is passed over', async (_, contents) => {
  await installBundle()
  mkdirSync(bytecode(), { recursive: true })
  const [entry = ''] = readdirSync(dist).filter((name) => /^tool-.*\.js$/.test(name))
  writeFileSync(join(bytecode(), entry), contents)
  expect(runTool()).toBe(answer)
})

test('the source map of a chunk leads from the places of a stack trace to the source', async () => {
  writeFileSync(join(folder, 'shared.ts'), `\n\nthrow new Error('at line three')\nexport const greeting = ''`)
  await installBundle()
  const { stderr } = spawnSync(process.execPath, [join(dist, 'tool.js'), ''], { encoding: 'utf8' })
  const [, chunk = '', line, column] = /(chunk-\w+\.js):(\d+):(\d+)/.exec(stderr) ?? []
  const map = new SourceMap(JSON.parse(readFileSync(join(dist, `${chunk}.map`), 'utf8')))
  expect(map.findEntry(Number(line) - 1, Number(column) - 1)).toMatchObject({
    originalSource: expect.stringMatching(/shared\.ts$/),
    originalLine: 2,
  })
})

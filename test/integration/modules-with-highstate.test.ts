// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ProcessCluster, startProcesses, temporaryDirectory } from '@halite/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

/* A highstate brings the modules that it is made of: with autoload_dynamic_modules, before it is compiled. */

let cluster: ProcessCluster
const roots = temporaryDirectory('dynamic-roots')
const pillarRoots = temporaryDirectory('dynamic-pillar')

const modules = {
  '_modules/greeter.mjs': `export default ({ defineModule, fn }) => defineModule({
    name: 'greeter', doc: 'Greets.', functions: { word: fn({ doc: 'A word.', run: () => 'hello' }) },
  })`,
  '_states/marked.mjs': `export default ({ defineState, stateFn, arg }) => defineState({
    name: 'marked', doc: 'Marks.', functions: { done: stateFn({ doc: 'Mark.', args: { text: arg.string('It.') },
      run: async (ctx, { text }) => ({ changes: {}, result: true, comment: text + ' ' + await ctx.call('greeter.word') }) }) },
  })`,
  '_renderers/lines.mjs': `export default ({ defineRenderer, values }) => defineRenderer({
    name: 'lines', doc: 'Lines: id, text.', render: (input) => values.mapOf(String(input).trim().split('\\n')
      .map((line) => line.split('=')).map(([id, text]) => [id, values.mapOf([['marked.done', [values.mapOf([['text', text]])]]])])),
  })`,
  '_grains/rack.mjs': `export default ({ defineGrain }) => defineGrain({
    name: 'rack', doc: 'Rack.', provides: ['rack'], collect: () => ({ rack: 'r7' }),
  })`,
}
const written = {
  'top.sls': "base:\n  '*': [plain, piped]\n",
  'plain.sls': `one:
  marked.done:
    - text: {{ salt['greeter.word']() }} {{ grains.rack }} {{ pillar.get('place', 'nowhere') }}
`,
  'piped.sls': '#!jinja|lines\ntwo={{ grains.rack }}\n',
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
}

beforeAll(async () => {
  write(pillarRoots, {
    'top.sls': "base:\n  'rack:r7':\n    - match: grain\n    - r7\n",
    'r7.sls': 'place: cellar\n',
  })
  cluster = await startProcesses({
    minions: ['m1'],
    masterConfig: { file_roots: { base: [roots] }, pillar_roots: { base: [pillarRoots] } },
  })
  await cluster.acceptAll()
})
afterAll(() => cluster?.close())

const local = ['--local', '--file-root', roots, '--pillar-root', pillarRoots] as const
const callers: [string, (...words: string[]) => Promise<Results>, string][] = [
  ['a daemon', (...words) => results('salt', 'm1', ...words), 'm1'],
  ['salt-call with a master', (...words) => results('salt-call', ...words), 'local'],
  ['salt-call without a master', (...words) => results('salt-call', ...local, ...words), 'local'],
]
interface Results {
  readonly code: number
  readonly value: unknown
}

async function results(tool: string, ...words: string[]): Promise<Results> {
  const { code, stdout } = await cluster.run(tool, ...words, '--out=json')
  return { code, value: Object.values(JSON.parse(stdout) as Record<string, unknown>)[0] }
}
const comments = (value: unknown) =>
  Object.values(value as Record<string, { comment: string }>).map(({ comment }) => comment)
const extmods = () => join(cluster.minionOptions('m1').extension_modules)

describe.each(callers)('under %s', (_name, call) => {
  beforeEach(() => {
    for (const folder of ['_modules', '_states', '_renderers', '_grains'])
      rmSync(join(roots, folder), { recursive: true, force: true })
    write(roots, written)
  })

  test('a highstate works with modules that it brought, and without those that are gone', async () => {
    await call('saltutil.sync_all', 'saltenv=base')
    expect((await call('state.highstate')).code).not.toBe(0)
    write(roots, modules)
    const first = await call('state.highstate')
    expect(comments(first.value)).toEqual(['hello r7 cellar hello', 'r7 hello'])
    expect(first.code).toBe(0)
    write(roots, { '_modules/greeter.mjs': modules['_modules/greeter.mjs'].replace("'hello'", "'bye'") })
    expect(comments((await call('state.apply')).value)).toEqual(['bye r7 cellar bye', 'r7 bye'])
    rmSync(join(roots, '_states/marked.mjs'))
    const without = await call('state.highstate')
    expect(JSON.stringify(without.value)).toContain("State 'marked.done' was not found in SLS 'plain'")
    expect(existsSync(join(extmods(), 'states/marked.mjs'))).toBe(false)
    rmSync(join(roots, '_modules/greeter.mjs'))
    expect(JSON.stringify((await call('state.highstate')).value)).toContain('greeter.word')
  })

  test('state.sls brings nothing', async () => {
    await call('saltutil.sync_all', 'saltenv=base')
    write(roots, modules)
    expect(JSON.stringify((await call('state.sls', 'plain')).value)).toContain('greeter.word')
    expect(existsSync(join(extmods(), 'modules/greeter.mjs'))).toBe(false)
  })
})

test('nothing is brought without autoload_dynamic_modules', async () => {
  const off = temporaryDirectory('dynamic-off')
  write(roots, { ...written, ...modules })
  write(off, { minion: `id: m1\nroot_dir: ${off}\nfile_client: local\nautoload_dynamic_modules: False\n` })
  const { value } = await results('salt-call', '-c', off, ...local, 'state.highstate')
  expect(JSON.stringify(value)).toContain('greeter.word')
  write(off, { minion: `id: m1\nroot_dir: ${off}\nfile_client: local\nclean_dynamic_modules: False\n` })
  expect((await results('salt-call', '-c', off, ...local, 'state.highstate')).code).toBe(0)
  rmSync(join(roots, '_states'), { recursive: true })
  // What was synced stays.
  expect((await results('salt-call', '-c', off, ...local, 'state.highstate')).code).toBe(0)
})

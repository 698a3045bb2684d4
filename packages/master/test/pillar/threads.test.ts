// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Logger, type MinionId, parseMinionId, silentLog, unpack } from '@halite/core'
import { executorFiles } from '@halite/testing'
import { afterEach, expect, test } from 'vitest'
import { PillarThreads } from '../../src/pillar/pillar-threads.ts'
import { PillarTree } from './pillar-tree.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Made {
  readonly threads: PillarThreads
  readonly tree: PillarTree
  readonly logged: string[]
  compile(id: string, grains?: Readonly<Record<string, unknown>>): Promise<unknown>
}

type Settings = Readonly<Record<string, unknown>> & { readonly blockedMs?: number; readonly limitMs?: number }

/** Threads over files, with modules of a site below `site/`. */
function threads(
  files: Readonly<Record<string, string>>,
  { blockedMs, limitMs = 60_000, ...options }: Settings = {},
): Made {
  const tree = new PillarTree(files)
  const logged: string[] = []
  const log: Logger = { ...silentLog, error: (message) => void logged.push(message), child: () => log }
  const made = new PillarThreads({
    options: {
      pillar_roots: { base: [tree.directory] },
      cachedir: join(tree.directory, 'cache'),
      module_dirs: [join(tree.directory, 'site')],
      pillar_workers: 1,
      ...options,
    },
    files: executorFiles(),
    services: { mineGet: async () => ({}) },
    log,
    nowMs: () => performance.now(),
    ...(blockedMs === undefined ? {} : { blockedMs }),
    limitMs,
  })
  const timer = setInterval(() => made.tick(), 200)
  ends.push(
    () => tree.remove(),
    () => made.close(),
    () => clearInterval(timer),
  )
  return {
    threads: made,
    tree,
    logged,
    compile: async (id, grains = {}) => unpack(await made.compile({ id: parseMinionId(id), grains })),
  }
}

/** An external pillar of the site. */
function source(name: string, body: string): string {
  return `export default ({ definePillar }) => definePillar({ name: '${name}', doc: 'A source.', compile: ${body} })`
}

test('each minion gets its own, however many ask at once', async () => {
  const { compile, threads: made } = threads(
    {
      'top.sls': "base: {'*': [a]}",
      'a.sls': 'id: {{ opts.id }}\nos: {{ grains.os }}',
    },
    { pillar_workers: 2 },
  )
  const ids = Array.from({ length: 200 }, (_, index) => `m${index}`)
  const given = await Promise.all(ids.map((id, index) => compile(id, { os: index % 2 === 0 ? 'a' : 'b' })))
  expect(given).toEqual(ids.map((id, index) => ({ id, os: index % 2 === 0 ? 'a' : 'b' })))
  expect(made.snapshot()).toMatchObject({ threads: 2, waiting: 0, working: 0, replaced: 0 })
})

test('what wants the same and waits is compiled once', async () => {
  const { threads: made } = threads({ 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: 1' })
  const grains = {}
  const id: MinionId = parseMinionId('m1')
  // The first sixteen go to the thread at once.
  const asked = Array.from({ length: 40 }, () => made.compile({ id, grains }))
  expect(made.snapshot()).toMatchObject({ working: 16, waiting: 1 })
  const given = await Promise.all(asked)
  expect(new Set(given.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(1)
})

test('an endless source costs the minion that asked; the thread is replaced, and others are served', async () => {
  const {
    compile,
    logged,
    tree,
    threads: made,
  } = threads(
    { 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: {{ opts.id }}' },
    { ext_pillar: [{ endless: 'bad' }], blockedMs: 1500 },
  )
  write(tree, 'site/pillar/endless.mjs', source('endless', '({ id }, bad) => { while (id === bad) ; }'))
  const [bad, ...good] = await Promise.allSettled(['bad', 'm1', 'm2', 'm3'].map((id) => compile(id)))
  expect(bad).toMatchObject({
    status: 'rejected',
    reason: {
      code: 'REQUEST_FAILED',
      message: expect.stringContaining('the pillar of bad ended the thread'),
    },
  })
  expect(good.map((each) => each.status === 'fulfilled' && each.value)).toEqual([
    { a: 'm1' },
    { a: 'm2' },
    { a: 'm3' },
  ])
  expect(logged).toContain('a thread that compiles pillar is replaced')
  expect(made.snapshot()).toMatchObject({ waiting: 0, working: 0 })
  expect(await compile('m4')).toEqual({ a: 'm4' })
})

test.each([
  ['ends its process', '() => process.exit(3)', 'exited with code 3'],
  [
    'needs all memory',
    '() => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)) }',
    'memory',
  ],
])('a source that %s ends the thread and nothing else', async (_what, body, reason) => {
  const { compile, tree } = threads(
    { 'top.sls': "base: {'*': [a]}", 'a.sls': 'a: 1' },
    { ext_pillar: [{ ends: 1 }] },
  )
  write(tree, 'site/pillar/ends.mjs', source('ends', body))
  await expect(compile('m1')).rejects.toMatchObject({
    code: 'REQUEST_FAILED',
    message: expect.stringContaining(reason),
  })
})

test('a template without end is an error of that file', async () => {
  const loop = '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}'
  const { compile } = threads({ 'top.sls': "base: {'*': [a, b]}", 'a.sls': loop, 'b.sls': 'b: 1' })
  expect(await compile('m1')).toEqual({
    b: 1,
    _errors: ["Rendering SLS 'a' failed. Please see master log for details. (a.sls:1:45)"],
  })
})

test('templates call functions of the master, with the grains of the minion', async () => {
  const { compile } = threads({
    'top.sls': "base: {'*': [a]}",
    'a.sls': [
      "said: {{ salt['cmd.run']('echo hello') }}",
      "by: {{ salt['grains.filter_by']({'Debian': 'apt', 'RedHat': 'dnf'}) }}",
    ].join('\n'),
  })
  expect(await compile('m1', { os_family: 'RedHat' })).toEqual({ said: 'hello', by: 'dnf' })
})

test('one that takes too long is told', async () => {
  const { compile } = threads({ 'top.sls': '{}' }, { ext_pillar: [{ cmd_yaml: 'sleep 60' }], limitMs: 1000 })
  await expect(compile('m1')).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' })
})

function write(tree: PillarTree, path: string, text: string): void {
  mkdirSync(dirname(tree.path(path)), { recursive: true })
  writeFileSync(tree.path(path), text)
}

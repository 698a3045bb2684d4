// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseMinionId, type RunResult, silentLog } from '@halite/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  arg,
  createContext,
  defineModule,
  failed,
  fn,
  type Machine,
  Registry,
  thisMachine,
} from '../src/index.ts'

const module = defineModule({
  name: 'demo',
  doc: 'What calls look like.',
  functions: {
    add: fn({
      doc: 'Add.',
      args: { a: arg.integer('First.'), b: arg.integer('Second.').default(1) },
      run: (_ctx, { a, b }) => a + b,
    }),
    gather: fn({
      doc: 'Gather.',
      args: { values: arg.rest('Values.'), more: arg.keywords('More.') },
      run: (_ctx, { values, more }) => ({ values, more }),
    }),
    fails: fn({ doc: 'Fail.', run: () => failed('partly', 3) }),
    refuses: fn({ doc: 'Refuse.', run: () => ({ result: false }) }),
  },
})

const registry = new Registry({
  execution: { demo: { name: 'demo', load: async () => ({ default: module }) } },
})

function contextWith(machine: Partial<Machine> = {}) {
  return createContext({
    registry,
    id: parseMinionId('m1'),
    options: {},
    grains: {},
    pillar: {},
    log: silentLog,
    machine: { ...thisMachine, ...machine },
  })
}

describe('call', () => {
  const { call } = contextWith()

  test('takes keywords, or positional values and then keywords', async () => {
    expect(await call('demo.add', { a: 1, b: 2 })).toBe(3)
    expect(await call('demo.add', [1])).toBe(2)
    expect(await call('demo.add', [1], { b: 4 })).toBe(5)
    expect(await call('demo.gather', [1, [2]], { x: 3 })).toEqual({ values: [1, [2]], more: { x: 3 } })
    expect(await call('demo.gather', { values: [1], x: 3 })).toEqual({ values: [1], more: { x: 3 } })
  })

  test('gives the value alone, or with its retcode', async () => {
    expect(await call('demo.fails')).toBe('partly')
    expect(await call.result('demo.fails')).toEqual({ value: 'partly', retcode: 3 })
    expect(await call.result('demo.refuses')).toEqual({ value: { result: false }, retcode: 1 })
    expect(await call.result('demo.add', [1])).toEqual({ value: 2, retcode: 0 })
  })

  test('takes undefined as not given, and null as None', async () => {
    expect(await call('demo.add', { a: 1, b: undefined })).toBe(2)
    expect(await call('demo.add', [1, undefined])).toBe(2)
    expect(await call('demo.add', [1], { b: undefined })).toBe(2)
    expect(await call('demo.gather', { values: [1], x: undefined, y: null })).toEqual({
      values: [1],
      more: { y: null },
    })
    await expect(call('demo.add', { a: undefined })).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' })
  })

  test('a map as a positional value stays one', async () => {
    expect(await call('demo.gather', [{ a: 1 }])).toEqual({ values: [{ a: 1 }], more: {} })
  })

  test('refuses as a job does', async () => {
    await expect(call('demo.add', ['x'])).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' })
    await expect(call('demo.add', [1, 2, 3])).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' })
    await expect(call('demo.nothing')).rejects.toMatchObject({ code: 'FUNCTION_UNKNOWN' })
  })
})

test('in a daemon nothing is called that may not run there', async () => {
  const ping = { name: 'demo', functions: ['add', 'fails'], inline: ['add'] }
  const known = new Registry({ execution: { demo: { ...ping, load: async () => ({ default: module }) } } })
  const facts = { id: parseMinionId('m1'), options: {}, grains: {}, pillar: {}, log: silentLog }
  const { call } = createContext({ ...facts, registry: known, inDaemon: true })
  expect(await call('demo.add', [1])).toBe(2)
  for (const fun of ['demo.fails', 'site.anything']) {
    await expect(call(fun)).rejects.toThrow(`${fun} runs in an executor, and its caller runs in the daemon`)
  }
})

describe('run', () => {
  const answer = (given: Partial<RunResult>): Machine['run'] => {
    const none = { pid: 1, retcode: 0, timedOut: false, truncated: false }
    return async () => ({ ...none, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), ...given })
  }

  test('text has no line breaks at its end', async () => {
    const { run } = contextWith({ run: answer({ stdout: Buffer.from('a\nb\n\n') }) })
    expect(await run.text(['x'])).toMatchObject({ stdout: 'a\nb', stderr: '', retcode: 0 })
    expect(await run.output(['x'])).toBe('a\nb')
    expect(await run.lines(['x'])).toEqual(['a', 'b'])
  })

  test('nothing printed is no line', async () => {
    expect(await contextWith({ run: answer({}) }).run.lines(['x'])).toEqual([])
  })

  test('a program that fails is an error that says what it said', async () => {
    const { run } = contextWith({ run: answer({ retcode: 4, stderr: Buffer.from('no such thing\n') }) })
    const error = { code: 'COMMAND_FAILED', message: 'x y failed with code 4: no such thing' }
    await expect(run.output(['x', 'y'])).rejects.toMatchObject(error)
    expect(await run.output(['x', 'y'], { accept: [0, 4] })).toBe('')
  })

  test('a program that takes too long, and one that does not exist', async () => {
    const slow = contextWith({ run: answer({ retcode: 137, timedOut: true }) })
    await expect(slow.run.output(['x'], { timeoutMs: 5 })).rejects.toThrow('x took longer than 5 ms')
    const missing = contextWith().run.output(['/nonexistent/program'])
    await expect(missing).rejects.toThrow(/^\/nonexistent\/program could not be run: .*ENOENT/)
  })

  test('is ended with the job, unless told otherwise', async () => {
    const seen: unknown[] = []
    const context = contextWith({
      run: (_argv, options) => {
        seen.push(options?.signal)
        return answer({})([], {})
      },
    })
    const own = new AbortController().signal
    await context.run(['x'])
    await context.run(['x'], { signal: own })
    expect(seen).toEqual([context.signal, own])
  })
})

describe('fs', () => {
  let folder = ''
  const { fs } = contextWith()
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halite-fs-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('reads and writes text', async () => {
    const path = join(folder, 'a')
    expect(await fs.readTextIfThere(path)).toBe(undefined)
    await expect(fs.readText(path)).rejects.toMatchObject({ code: 'ENOENT' })
    await fs.write(path, 'ä\nb\n', { mode: 0o640 })
    await fs.append(path, 'c\n')
    expect(await fs.readLines(path)).toEqual(['ä', 'b', 'c'])
    expect(((await fs.stat(path))?.mode ?? 0) & 0o777).toBe(0o640)
    await fs.write(path, 'new')
    expect(((await fs.stat(path))?.mode ?? 0) & 0o777).toBe(0o640)
    expect(await readFile(path, 'utf8')).toBe('new')
  })

  test('tells files from directories and links', async () => {
    const [directory, link] = [join(folder, 'd/e'), join(folder, 'l')]
    await fs.makeDirectory(directory, { parents: true })
    await fs.link(directory, link)
    expect(await fs.isDirectory(link)).toBe(true)
    expect(await fs.isFile(link)).toBe(false)
    expect(await fs.stat(link, { followLinks: false })).toMatchObject({ type: 'link' })
    expect(await fs.readLink(link)).toBe(directory)
    expect(await fs.exists(join(folder, 'nothing/below'))).toBe(false)
    await expect(fs.setMode(link, 0o700)).rejects.toMatchObject({ code: 'ELOOP' })
    await fs.setMode(directory, 0o700)
    expect(((await fs.stat(link))?.mode ?? 0) & 0o777).toBe(0o700)
    await fs.remove(link)
    await fs.remove(link)
    expect(await fs.list(join(folder, 'd'))).toEqual(['e'])
  })
})

describe('files', () => {
  test('without a file server say so', async () => {
    await expect(contextWith().files.cacheFile('salt://a')).rejects.toThrow(/^salt:\/\/a cannot be fetched/)
  })
})

describe('a context', () => {
  test('makes each service once, and reads facts each time', () => {
    let grains = { os: 'A' }
    const context = createContext({
      registry,
      id: parseMinionId('m1'),
      options: {},
      get grains() {
        return grains
      },
      pillar: {},
      log: silentLog,
    })
    expect([context.memo, context.run, context.fs]).toEqual([context.memo, context.run, context.fs])
    expect(context.memo).toBe(context.memo)
    grains = { os: 'B' }
    expect(context.grains).toEqual({ os: 'B' })
  })

  test('knows no more than the table', () => {
    expect(contextWith()).not.toHaveProperty('registry')
    expect(contextWith().daemon).toBe(undefined)
    expect(contextWith().masters).toBe(undefined)
  })
})

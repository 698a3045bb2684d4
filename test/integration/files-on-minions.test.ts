// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  startProcesses,
  temporaryDirectory,
} from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const directory = temporaryDirectory('halite-on-minions')
const roots = join(directory, 'roots')
const out = join(directory, 'out')
let cluster: ProcessCluster

beforeAll(async () => {
  serve('sub/a', 'text\n')
  serve('sub/deep/b.txt', 'b\n')
  serve('run.sh', '#!/bin/sh\necho "$1 on {{ grains.id }}"\n')
  mkdirSync(join(roots, 'sub/empty'), { recursive: true })
  mkdirSync(out)
  cluster = await startProcesses({
    minions: ['m1'],
    masterConfig: {
      file_roots: { base: [roots] },
      file_recv: true,
      file_recv_max_size: 1,
      file_recv_free_bytes: 0,
      salt_cp_chunk_size: 40_000,
    },
    minionConfig: { extmod_blacklist: { modules: ['unwanted'] }, extmod_whitelist: { grains: ['wanted'] } },
  })
  await cluster.acceptAll()
}, 60_000)
afterAll(async () => {
  await cluster?.close()
  removeTemporaryDirectory(directory)
})

function serve(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(roots, path)), { recursive: true })
  writeFileSync(join(roots, path), text)
}

/** What a function returns, by `salt` or by `salt-call`. */
async function ask(tool: 'salt' | 'salt-call', ...words: string[]): Promise<unknown> {
  const target = tool === 'salt' ? ['m1'] : []
  const { stdout, stderr } = await cluster.run(tool, '--out=json', ...target, ...words)
  try {
    return JSON.parse(stdout)[tool === 'salt' ? 'm1' : 'local']
  } catch {
    throw new Error(`${words.join(' ')}: ${stdout}${stderr}`)
  }
}
const minion = (...words: string[]) => ask('salt', ...words)

describe('cp', () => {
  test('puts files where they are wanted, and leaves what is there already', async () => {
    const dest = join(out, 'one')
    expect(await minion('cp.get_file', 'salt://sub/a', dest)).toBe(dest)
    expect(readFileSync(dest, 'utf8')).toBe('text\n')
    const before = statSync(dest).ino
    await minion('cp.get_file', 'salt://sub/a', dest)
    expect(statSync(dest).ino).toBe(before)
    expect(await minion('cp.get_file', 'salt://sub/a', `${out}/`)).toBe(join(out, 'a'))
    expect(await minion('cp.get_file', 'salt://sub/a', join(out, 'no/where'))).toContain('makedirs=True')
    expect(await minion('cp.get_file', 'salt://sub/a', join(out, 'no/where'), 'makedirs=True')).toBe(
      join(out, 'no/where'),
    )
    expect(await minion('cp.get_file', 'salt://{{ "su" ~ "b" }}/a', join(out, 't'), 'template=jinja')).toBe(
      join(out, 't'),
    )
  })

  test('says what is not there, as Salt does, and what is no URL', async () => {
    for (const [name, value] of [
      ['cp.cache_file', false],
      ['cp.get_file_str', false],
      ['cp.get_url', false],
      ['cp.get_file', ''],
      ['cp.get_template', ''],
    ] as const) {
      const dest = /get_(?:file|template|url)$/.test(name) ? [join(out, 'none')] : []
      const words = ['--out=json', name, 'salt://none?saltenv=dev', ...dest]
      const { stdout, stderr } = await cluster.run('salt-call', ...words)
      expect(JSON.parse(stdout), name).toEqual({ local: value })
      expect(stderr, name).toContain("Unable to cache file 'salt://none?saltenv=dev' from saltenv 'dev'.")
    }
    expect(await minion('cp.cache_file', 'sub/a')).toContain('"sub/a" is neither a URL nor an absolute path')
    expect(await minion('cp.cache_dir', 'sub')).toContain('"sub" is neither a URL nor an absolute path')
  })

  test('names the place that cannot be written', async () => {
    for (const name of ['cp.get_file', 'cp.get_template'])
      expect(await minion(name, 'salt://sub/a', '/proc/none')).toMatch(
        /^ERROR: \/proc\/none cannot be written: /,
      )
  })

  test('keeps the mode of what it replaces', async () => {
    const dest = join(out, 'tool')
    writeFileSync(dest, 'old', { mode: 0o750 })
    await minion('cp.get_file', 'salt://sub/a', dest)
    expect([readFileSync(dest, 'utf8'), statSync(dest).mode & 0o777]).toEqual(['text\n', 0o750])
  })

  test('brings directories with their empty ones', async () => {
    const dest = join(out, 'dir')
    expect(await minion('cp.get_dir', 'salt://sub', dest)).toEqual([
      join(dest, 'sub/a'),
      join(dest, 'sub/deep/b.txt'),
      join(dest, 'sub/empty'),
    ])
    expect(existsSync(join(dest, 'sub/empty'))).toBe(true)
  })

  test('renders templates', async () => {
    serve('t.j2', 'id {{ grains.id }} {{ more }}')
    expect(await minion('cp.get_template', 'salt://t.j2', join(out, 'rendered'), 'more=word')).toBe(
      join(out, 'rendered'),
    )
    expect(readFileSync(join(out, 'rendered'), 'utf8')).toBe('id m1 word')
  })

  test.each(['salt', 'salt-call'] as const)('is the same by %s', async (tool) => {
    expect(await ask(tool, 'cp.list_master', 'prefix=sub')).toEqual(['sub/a', 'sub/deep/b.txt'])
    expect(await ask(tool, 'cp.list_master_dirs', 'prefix=sub/')).toEqual(['sub/deep', 'sub/empty'])
    expect(await ask(tool, 'cp.envs')).toEqual(['base'])
    expect(await ask(tool, 'cp.stat_file', 'salt://sub/a')).toBe('0644')
    expect(await ask(tool, 'cp.get_file_str', 'salt://sub/a')).toBe('text\n')
    expect(await ask(tool, 'cp.hash_file', 'salt://none')).toBe('')
    expect(await ask(tool, 'cp.cache_file', 'salt://none')).toBe(false)
    expect(await ask(tool, 'cp.cache_files', 'salt://sub/a,salt://none')).toEqual([
      expect.stringMatching(/files\/base\/sub\/a$/),
      false,
    ])
    expect(await ask(tool, 'cp.cache_dir', 'salt://sub', 'include_pat=*.txt')).toEqual([
      expect.stringMatching(/files\/base\/sub\/deep\/b.txt$/),
    ])
  })

  test('clears its cache', async () => {
    await minion('cp.cache_file', 'salt://sub/a')
    expect(await minion('cp.is_cached', 'salt://sub/a')).toMatch(/files\/base\/sub\/a$/)
    expect(await minion('saltutil.clear_cache')).toBe(true)
    expect(await minion('cp.is_cached', 'salt://sub/a')).toBe('')
    expect(await minion('cp.list_minion')).toEqual([])
    expect(await minion('cp.get_file_str', 'salt://sub/a')).toBe('text\n')
  })

  test('sends files to the master, and only as large ones as are taken', async () => {
    const path = join(out, 'pushed')
    writeFileSync(path, 'mine')
    expect(await minion('cp.push', path)).toBe(true)
    expect(await minion('cp.push', path, 'upload_path=/up/there', 'remove_source=True')).toBe(true)
    expect(existsSync(path)).toBe(false)
    const files = join(cluster.directory, 'master')
    const found = await cluster.run(
      'salt-call',
      '--local',
      'cmd.run',
      `find ${files} -name there -path '*minions/m1/files/up/*'`,
    )
    expect(found.stdout).toContain('/minions/m1/files/up/there')
    writeFileSync(path, Buffer.alloc(1024 * 1024 + 1))
    expect(await minion('cp.push', path)).toContain('too large')
    expect(await minion('cp.push', join(out, 'none'))).toContain('no file')
    expect(await minion('cp.push_dir', roots, 'glob=*.txt', 'upload_path=/dir')).toBe(true)
  })
})

describe('cmd.script', () => {
  test('runs scripts of the file server, as templates too', async () => {
    expect(await minion('cmd.script', 'salt://run.sh', 'hello')).toMatchObject({
      stdout: 'hello on {{ grains.id }}',
      retcode: 0,
    })
    expect(await minion('cmd.script', 'salt://run.sh', 'hello', 'template=jinja')).toMatchObject({
      stdout: 'hello on m1',
    })
    expect(await minion('cmd.script_retcode', 'salt://run.sh')).toBe(0)
    expect(await minion('cmd.script', 'salt://none.sh')).toContain('does not exist on the file server')
  })
})

describe('what is synced', () => {
  const module = (name: string, text: string) =>
    `export default ({ defineModule, fn }) => defineModule({ name: '${name}', doc: 'A module.', functions: { say: fn({ doc: 'Say it.', run: () => '${text}' }) } })\n`

  test('is callable at once, by the daemon and by salt-call, and gone when its file goes', async () => {
    serve('_modules/greet.js', module('greet', 'hello'))
    serve('_modules/unwanted.js', module('unwanted', 'no'))
    serve('_states/thing.js', 'export default 1\n')
    expect(await minion('saltutil.sync_all')).toMatchObject({
      modules: ['modules.greet'],
      states: ['states.thing'],
      grains: [],
    })
    expect(await minion('greet.say')).toBe('hello')
    expect(await ask('salt-call', 'greet.say')).toBe('hello')
    expect(await minion('unwanted.say')).toContain('not available')
    expect(await minion('saltutil.sync_modules')).toEqual([])
    serve('_modules/greet.js', module('greet', 'hello again'))
    expect(await minion('saltutil.sync_modules')).toEqual(['modules.greet'])
    expect(await minion('greet.say')).toBe('hello again')
    expect(await minion('saltutil.list_extmods')).toMatchObject({ modules: ['greet'], states: ['thing'] })
    rmSync(join(roots, '_modules/greet.js'))
    expect(await minion('saltutil.sync_modules')).toEqual([])
    expect(await minion('greet.say')).toContain('not available')
  })

  test('names a module in Python, with the reason why it is none', async () => {
    serve('_modules/old.py', 'def f():\n  return 1\n')
    expect(await minion('saltutil.sync_modules')).toEqual([
      expect.stringMatching(/^_modules\/old\.py is not loaded: .*ES module/),
    ])
    expect(await minion('saltutil.sync_all')).toMatchObject({
      not_loaded: { '_modules/old.py': expect.any(String) },
    })
    rmSync(join(roots, '_modules/old.py'))
  })

  test('keeps to what is wanted', async () => {
    serve(
      '_grains/wanted.js',
      'export default () => ({ provides: ["wanted"], name: "wanted", doc: "A grain.", collect: async () => ({ wanted: 1 }) })\n',
    )
    serve(
      '_grains/other.js',
      'export default () => ({ provides: ["other"], name: "other", doc: "A grain.", collect: async () => ({ other: 1 }) })\n',
    )
    expect(await minion('saltutil.sync_grains')).toEqual(['grains.wanted'])
    expect(await minion('grains.item', 'wanted', 'other')).toEqual({ wanted: 1, other: '' })
    expect(await minion('saltutil.sync_grains', 'extmod_whitelist=other')).toEqual(['grains.other'])
    expect(await minion('saltutil.list_extmods')).toMatchObject({ grains: ['other'] })
  })
})

describe('salt-cp', () => {
  const copy = async (...words: string[]) => {
    const { stdout, stderr, code } = await cluster.run('salt-cp', '--out=json', ...words)
    return { code, stderr, result: code === 0 ? JSON.parse(stdout) : stdout }
  }

  test('copies small files', async () => {
    const source = join(directory, 'small')
    writeFileSync(source, 'small\n')
    expect(await copy('m1', source, join(out, 'small'))).toMatchObject({
      code: 0,
      result: { m1: { [join(out, 'small')]: true } },
    })
    expect(readFileSync(join(out, 'small'), 'utf8')).toBe('small\n')
    expect(await copy('m1', source, out)).toMatchObject({ code: 0 })
    expect(await copy('m1', source, join(out, 'not/there'))).toMatchObject({ code: 1 })
    expect(await copy('nobody', source, out)).toMatchObject({ code: 2 })
    expect(await copy('m1', join(directory, 'none'), out)).toMatchObject({
      code: 42,
      stderr: expect.stringContaining('does not exist'),
    })
    expect(await copy('m1', directory, out)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--chunked'),
    })
    expect(await copy('m1')).toMatchObject({ code: 42 })
  })

  test('copies files of any size, and directories, in parts', async () => {
    const source = join(directory, 'tree')
    mkdirSync(join(source, 'empty'), { recursive: true })
    const large = randomBytes(100_000)
    writeFileSync(join(source, 'large'), large, { mode: 0o755 })
    const dest = join(out, 'copied')
    expect(await copy('-C', 'm1', source, dest)).toMatchObject({
      code: 0,
      result: { m1: { [join(dest, 'tree/large')]: true, [join(dest, 'tree/empty')]: true } },
    })
    expect(readFileSync(join(dest, 'tree/large')).equals(large)).toBe(true)
    expect(statSync(join(dest, 'tree/large')).mode & 0o777).toBe(0o755)
    expect(existsSync(join(dest, 'tree/empty'))).toBe(true)
    expect(await copy('-C', '-n', 'm1', join(source, 'large'), join(out, 'single'))).toMatchObject({
      code: 0,
    })
    expect(readFileSync(join(out, 'single')).equals(large)).toBe(true)
    expect(await copy('-C', 'm1', join(source, 'large'), '/proc/x')).toMatchObject({ code: 1 })
  })
})

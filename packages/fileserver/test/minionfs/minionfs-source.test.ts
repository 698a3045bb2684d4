// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSaltenv, parseSaltPath } from '@halite/core'
import { MinionfsSource } from '@halite/fileserver'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const base = parseSaltenv('base')
const settings = {
  hash_type: 'sha256',
  file_ignore_glob: [],
  file_ignore_regex: [],
  minionfs_env: 'base',
  minionfs_mountpoint: '',
  minionfs_whitelist: [],
  minionfs_blacklist: [],
} as const

describe('what minions sent', () => {
  let directory: string
  let source: MinionfsSource

  beforeEach(() => {
    directory = temporaryDirectory('halite-minionfs')
    write('web1/files/etc/hosts', 'hosts')
    write('web2/files/var/log/x', 'log')
    write('web2/data.p', 'grains')
    write('db:1/files/a', 'a')
    open()
  })
  afterEach(async () => {
    await source.close()
    removeTemporaryDirectory(directory)
  })

  function open(more: Partial<Record<keyof typeof settings, unknown>> = {}): void {
    source = new MinionfsSource({ options: { ...settings, ...more } as never, directory })
  }

  function write(path: string, text: string): void {
    const full = join(directory, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }

  const find = (path: string, saltenv = base) => source.find({ saltenv, path: parseSaltPath(path) })

  async function content(path: string): Promise<string | undefined> {
    const file = await find(path)
    return file && Buffer.from(await source.read(file, { loc: 0, length: file.size })).toString()
  }

  test('lies below the id of the minion, and nothing else of the master does', async () => {
    expect(await source.envs()).toEqual(['base'])
    expect(await source.list(base, 'files')).toEqual(['db:1/a', 'web1/etc/hosts', 'web2/var/log/x'])
    expect(await source.list(base, 'dirs')).toEqual(['web1/etc', 'web2/var', 'web2/var/log'])
    expect(await content('web1/etc/hosts')).toBe('hosts')
    expect(await content('db:1/a')).toBe('a')
    for (const path of [
      'web2/data.p',
      `web1/${'x/'.repeat(2045)}x`,
      'data.p',
      'web2',
      'web1/files/etc/hosts',
      'web1/etc',
    ])
      expect(await find(path)).toBeUndefined()
    expect((await source.tree(base)).map(({ path, size }) => [path, size])).toEqual([
      ['db:1/a', 1],
      ['web1/etc/hosts', 5],
      ['web2/var/log/x', 3],
    ])
  })

  test('in another environment, below a mountpoint', async () => {
    await source.close()
    open({ minionfs_env: 'sent', minionfs_mountpoint: 'salt://from/minions/' })
    const sent = parseSaltenv('sent')
    expect(await source.envs()).toEqual(['sent'])
    expect(await source.list(sent, 'files', { prefix: 'from/minions/web1' })).toEqual([
      'from/minions/web1/etc/hosts',
    ])
    expect(await find('from/minions/web1/etc/hosts', sent)).toMatchObject({
      path: 'from/minions/web1/etc/hosts',
      size: 5,
    })
    expect(await find('web1/etc/hosts', sent)).toBeUndefined()
    expect(await source.list(base, 'files')).toEqual([])
  })

  test('only of minions that whitelist and blacklist let through', async () => {
    await source.close()
    open({ minionfs_whitelist: 'web*', minionfs_blacklist: ['web[2-9]'] })
    expect(await source.list(base, 'files')).toEqual(['web1/etc/hosts'])
    expect(await find('web2/var/log/x')).toBeUndefined()
    expect(await find('db:1/a')).toBeUndefined()
  })

  test('no top file, and nothing through a link', async () => {
    write('web1/files/top.sls', 'base: {}')
    write('web1/files/sub/top.sls', 'base: {}')
    symlinkSync('/etc/passwd', join(directory, 'web1/files/passwd'))
    symlinkSync('/etc', join(directory, 'web1/files/dir'))
    symlinkSync(join(directory, 'web2'), join(directory, 'web3'))
    for (const path of [
      'web1/top.sls',
      'web1/sub/top.sls',
      'web1/passwd',
      'web1/dir/passwd',
      'web3/var/log/x',
    ])
      expect(await find(path)).toBeUndefined()
    expect(await source.list(base, 'files')).toEqual(['db:1/a', 'web1/etc/hosts', 'web2/var/log/x'])
  })

  test('shows what comes later', async () => {
    await source.list(base, 'files')
    write('web9/files/new', 'x')
    expect(await source.list(base, 'files')).toContain('web9/new')
    expect(await content('web9/new')).toBe('x')
  })

  test.each([
    ['minionfs_env', '../x'],
    ['minionfs_mountpoint', '../x'],
    ['minionfs_whitelist', '+'],
  ])('%s: %s is refused', (name, value) => {
    expect(() => open({ [name]: value })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

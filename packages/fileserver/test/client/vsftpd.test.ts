// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '@halite/core'
import { freePorts, rawTcp, removeTemporaryDirectory, temporaryDirectory, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FileClient } from '../../src/client/file-client.ts'
import { MemorySource } from '../../src/memory-source.ts'
import { webDefaults } from './web-options.ts'

const program = findProgram('vsftpd')
const missing =
  program === undefined
    ? 'needs the package vsftpd'
    : process.getuid?.() === 0
      ? undefined
      : 'needs root: vsftpd changes its root directory'

describe('files of vsftpd', () => {
  const large = randomBytes(5_000_000)
  let directory: string
  let port = 0
  let server: ChildProcess | undefined

  beforeAll(async () => {
    directory = temporaryDirectory('halite-vsftpd')
    if (missing !== undefined || program === undefined) return
    ;[port = 0] = await freePorts(1)
    server = spawn(program, [configured()], { stdio: 'ignore' })
    await until('vsftpd answers', async () => {
      const socket = await rawTcp(port).catch(() => undefined)
      socket?.destroy()
      return socket
    })
  })
  afterAll(() => {
    server?.kill('SIGKILL')
    removeTemporaryDirectory(directory)
  })

  /** Its configuration: anonymous users, in a directory of its own. */
  function configured(): string {
    const pub = join(directory, 'root/pub')
    const empty = join(directory, 'empty')
    mkdirSync(pub, { recursive: true })
    mkdirSync(empty)
    for (const path of [directory, join(directory, 'root'), pub, empty]) chmodSync(path, 0o755)
    writeFileSync(join(pub, 'large'), large)
    writeFileSync(join(pub, 'with space & ü'), 'small')
    writeFileSync(join(pub, 'secret'), 'x', { mode: 0o600 })
    const lines = [
      `listen=YES\nlisten_port=${port}\nlisten_address=127.0.0.1\nbackground=NO\nanonymous_enable=YES\nlocal_enable=NO`,
      `anon_root=${join(directory, 'root')}\nsecure_chroot_dir=${empty}\nseccomp_sandbox=NO\nxferlog_enable=NO`,
    ]
    const path = join(directory, 'vsftpd.conf')
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  }

  const fetched = (path: string, user = '') =>
    new FileClient({
      source: new MemorySource(),
      cachedir: directory,
      saltenv: '',
      hashType: 'sha256',
      patienceMs: 0,
      web: webDefaults,
    }).cacheFile(`ftp://${user}127.0.0.1:${port}/${path}`)

  test('are fetched whole, whatever their names are', async (ctx) => {
    if (missing !== undefined) ctx.skip(missing)
    expect(readFileSync((await fetched('pub/large')) ?? '').equals(large)).toBe(true)
    expect(readFileSync((await fetched('pub/with%20space%20&%20%C3%BC')) ?? '', 'utf8')).toBe('small')
  })

  test('that are not there, not readable or not for this user are errors, and leave nothing', async (ctx) => {
    if (missing !== undefined) ctx.skip(missing)
    for (const path of ['pub/none', 'pub/secret', 'pub']) {
      await expect(fetched(path)).rejects.toMatchObject({
        code: 'FETCH_FAILED',
        message: expect.stringContaining('550'),
      })
    }
    const error = await fetched('pub/large', 'root:password@').catch(String)
    expect(error).toContain('530')
    expect(error).not.toContain('password')
    expect(readdirSync(join(directory, 'fetching'))).toEqual([])
  })
})

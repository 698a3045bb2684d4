// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, parseSaltenv, parseSaltPath } from '@halite/core'
import { type GitfsOptions, GitfsSource } from '@halite/fileserver'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { gitIn, Repository } from '../git/repository.ts'
import { type GitHttpOptions, GitHttpServer } from './git-http-server.ts'
import { gitfsOptions } from './gitfs-options.ts'

const base = parseSaltenv('base')

describe('remotes of gitfs', () => {
  let directory: string
  let repository: Repository
  let source: GitfsSource | undefined
  let servers: GitHttpServer[]

  beforeEach(() => {
    directory = temporaryDirectory('halite-remotes')
    repository = new Repository(join(directory, 'served/repository'))
    repository.commit({ a: 'content' })
    servers = []
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])
      vi.stubEnv(name, undefined)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await source?.close()
    for (const server of servers) await server.close()
    removeTemporaryDirectory(directory)
  })

  function open(
    remotes: readonly unknown[],
    more: Partial<GitfsOptions> = {},
    stallMs?: number,
  ): GitfsSource {
    source = new GitfsSource({
      options: gitfsOptions({ gitfs_remotes: remotes, ...more }),
      directory: join(directory, 'gitfs'),
      ...(stallMs === undefined ? {} : { stallMs }),
    })
    return source
  }

  async function fetchAll(opened: GitfsSource): Promise<void> {
    for (const part of opened.parts) await opened.update(part)
  }

  const isServed = async (opened: GitfsSource) =>
    (await opened.find({ saltenv: base, path: parseSaltPath('a') })) !== undefined

  async function serve(options: Partial<GitHttpOptions> = {}): Promise<[string, GitHttpServer]> {
    const server = new GitHttpServer({ root: join(directory, 'served'), ...options })
    servers.push(server)
    return [await server.start(), server]
  }

  /** A program in front of others of its name that notes its arguments. */
  function noted(name: string, script: string): () => string {
    const bin = join(directory, 'bin')
    const log = join(directory, `${name}.log`)
    mkdirSync(bin, { recursive: true })
    writeFileSync(log, '')
    writeFileSync(join(bin, name), `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`)
    return () => readFileSync(log, 'utf8')
  }

  test('by path', async () => {
    const opened = open([repository.directory])
    await fetchAll(opened)
    expect(await isServed(opened)).toBe(true)
  })

  test('over http, from a bare repository', async () => {
    gitIn(directory, 'clone', '--quiet', '--bare', repository.directory, join(directory, 'served/bare.git'))
    const [url] = await serve()
    const opened = open([`${url}/bare.git`])
    await fetchAll(opened)
    expect(await isServed(opened)).toBe(true)
  })

  test('over https: gitfs_ssl_verify says what a certificate is held against', async () => {
    const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(directory, name))
    execFileSync('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', key ?? '', '-out', certificate ?? ''],
    ])
    const [url] = await serve({
      tls: { key: readFileSync(key ?? '', 'utf8'), cert: readFileSync(certificate ?? '', 'utf8') },
    })
    await expect(fetchAll(open([`${url}/repository`]))).rejects.toMatchObject({
      hint: expect.stringContaining('ssl_verify'),
    })
    for (const verify of [certificate ?? '', false]) {
      const opened = open([`${url}/repository`], { gitfs_ssl_verify: verify })
      await fetchAll(opened)
      expect(await isServed(opened)).toBe(true)
      await opened.clear()
    }
  })

  test('through gitfs_proxy, whose password no argument and no message shows', async () => {
    const asked: (string | undefined)[] = []
    const [proxy] = await serve({
      instead: (request, response) => {
        const { 'proxy-authorization': login } = request.headers
        asked.push(login, request.url)
        response
          .writeHead(login === undefined ? 407 : 503, { 'Proxy-Authenticate': 'Basic realm="proxy"' })
          .end()
        return true
      },
    })
    const log = noted('git', `exec '${findProgram('git')}' "$@"`)
    const opened = open(['http://nowhere.example/x.git'], { gitfs_proxy: proxy.replace('//', '//me:pr0xy@') })
    const failure = await fetchAll(opened).catch((error: unknown) => error)
    expect(asked).toContain(`Basic ${Buffer.from('me:pr0xy').toString('base64')}`)
    expect(asked.join()).toContain('http://nowhere.example/x.git/info/refs')
    expect(failure).toMatchObject({ code: 'GIT_FAILED' })
    expect(`${failure} ${log()}`).not.toContain('pr0xy')
  })

  describe('with a password', () => {
    test.each([
      ['of the options', (url: string) => [`${url}/repository`], true],
      [
        'of the remote',
        (url: string) => [
          {
            [`${url}/repository`]: [{ user: 'alice' }, { password: 's3cr3t pass' }, { insecure_auth: true }],
          },
        ],
        false,
      ],
      [
        'in the URL',
        (url: string) => [
          { [`${url.replace('//', '//alice:s3cr3t%20pass@')}/repository`]: [{ insecure_auth: true }] },
        ],
        false,
      ],
    ])('%s, which no argument shows', async (_, remotes, isGlobal) => {
      const [url, server] = await serve({ login: 'alice:s3cr3t pass' })
      const git = findProgram('git')
      const log = noted('git', `exec '${git}' "$@"`)
      const options = { gitfs_user: 'alice', gitfs_password: 's3cr3t pass', gitfs_insecure_auth: true }
      const opened = open(remotes(url), isGlobal ? options : {})
      await fetchAll(opened)
      expect(await isServed(opened)).toBe(true)
      expect(server.logins).not.toEqual([])
      expect(log()).toContain('fetch')
      expect(log()).not.toMatch(/s3cr3t|alice|127\.0\.0\.1/)
      expect(opened.parts.map(({ config }) => config.remote.id).join()).not.toContain('s3cr3t')
      expect(JSON.stringify(opened.parts.map(({ config }) => config))).not.toContain('s3cr3t')
    })

    test('is not sent over http unless that is wanted', () => {
      for (const remote of [
        'http://alice:pw@localhost/x.git',
        { 'http://localhost/x.git': [{ user: 'alice' }, { password: 'pw' }] },
      ])
        expect(() => open([remote])).toThrow(
          expect.objectContaining({ code: 'CONFIG_INVALID', hint: expect.stringContaining('insecure_auth') }),
        )
    })

    test('that is wrong is an error which does not show it', async () => {
      const [url] = await serve({ login: 'alice:right' })
      const opened = open([
        { [`${url}/repository`]: [{ user: 'alice' }, { password: 'wrong-one' }, { insecure_auth: true }] },
      ])
      const failure = await fetchAll(opened).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'GIT_FAILED', hint: expect.stringContaining('password') })
      expect(String(failure)).not.toContain('wrong-one')
    })

    test('is not handed to the host of a redirect', async () => {
      const [other, elsewhere] = await serve({ login: 'alice:pw' })
      const [url] = await serve({
        instead: (request, response) => {
          response.writeHead(301, { Location: other + request.url }).end()
          return true
        },
      })
      const opened = open([
        { [`${url}/repository`]: [{ user: 'alice' }, { password: 'pw' }, { insecure_auth: true }] },
      ])
      await expect(fetchAll(opened)).rejects.toMatchObject({ code: 'GIT_FAILED' })
      expect(elsewhere.logins).toEqual([])
    })
  })

  describe('over ssh', () => {
    /** Runs what it is asked on this machine: the last argument. */
    const runLast = 'for last; do :; done\nexec sh -c "$last"'

    test('as user@host:path, by the program of GIT_SSH', async () => {
      const log = noted('ssh-of-test', runLast)
      vi.stubEnv('GIT_SSH_COMMAND', undefined)
      vi.stubEnv('GIT_SSH', join(directory, 'bin/ssh-of-test'))
      const opened = open([`git@example.com:${repository.directory}`])
      await fetchAll(opened)
      expect(await isServed(opened)).toBe(true)
      expect(log()).toContain(`git@example.com git-upload-pack '${repository.directory}'`)
    })

    test('by ssh itself, with a key, and without asking anybody', async () => {
      const log = noted('ssh', runLast)
      vi.stubEnv('GIT_SSH_COMMAND', undefined)
      vi.stubEnv('GIT_SSH', undefined)
      const url = `ssh://git@example.com:2222${repository.directory}`
      const opened = open([{ [url]: [{ privkey: "/keys/it's mine" }, { pubkey: '/keys/x.pub' }] }], {
        gitfs_pubkey: '/keys/other.pub',
      })
      await fetchAll(opened)
      expect(log()).toContain("-o BatchMode=yes -o IdentitiesOnly=yes -i /keys/it's mine")
      expect(log()).toContain('-p 2222 git@example.com')
    })

    test('with a passphrase, which ssh is told when it asks for it, and nothing else is', async () => {
      const ask = `if "$SSH_ASKPASS" 'Are you sure you want to continue connecting (yes/no)?'; then exit 9; fi
[ "$("$SSH_ASKPASS" "Enter passphrase for key '/k':")" = 'p4ss phrase' ] || exit 8`
      const log = noted('ssh', `${ask}\n${runLast}`)
      vi.stubEnv('GIT_SSH_COMMAND', undefined)
      vi.stubEnv('GIT_SSH', undefined)
      const opened = open([`git@example.com:${repository.directory}`], {
        gitfs_privkey: '/k',
        gitfs_passphrase: 'p4ss phrase',
      })
      await fetchAll(opened)
      expect(await isServed(opened)).toBe(true)
      expect(log()).not.toContain('p4ss')
    })

    test('a host whose key is not known is an error with the next step', async () => {
      noted('ssh', 'echo "Host key verification failed." >&2; exit 255')
      vi.stubEnv('GIT_SSH_COMMAND', undefined)
      vi.stubEnv('GIT_SSH', undefined)
      await expect(fetchAll(open(['git@example.com:x.git']))).rejects.toMatchObject({
        message: expect.stringContaining('Host key verification failed'),
        hint: expect.stringContaining('known_hosts'),
      })
    })
  })

  describe('that do not answer', () => {
    test('are given up, and hold up neither other remotes nor a request', async () => {
      const [url] = await serve({ instead: () => true })
      const opened = open([`${url}/repository`, `file://${repository.directory}`], {}, 500)
      const [slow, other] = opened.parts
      if (slow === undefined || other === undefined) throw new Error('two remotes were configured')
      const updating = opened.update(slow)
      updating.catch(() => undefined)
      await opened.update(other)
      expect(await isServed(opened)).toBe(true)
      await expect(updating).rejects.toMatchObject({
        code: 'GIT_FAILED',
        message: expect.stringContaining('nothing came from it for'),
      })
    })

    test('are ended when the master stops', async () => {
      const [url] = await serve({ instead: () => true })
      const opened = open([`${url}/repository`])
      const stop = new AbortController()
      const updating = Promise.all(opened.parts.map((part) => opened.update(part, stop.signal)))
      setTimeout(() => stop.abort(), 100)
      await expect(updating).rejects.toMatchObject({ code: 'GIT_FAILED' })
    })

    test('an error of the server names the remote', async () => {
      const [url] = await serve({
        instead: (_, response) => {
          response.writeHead(500).end()
          return true
        },
      })
      await expect(fetchAll(open([`${url}/repository`]))).rejects.toThrow(
        `${url}/repository cannot be fetched`,
      )
    })

    test('a page in place of the repository takes nothing away', async () => {
      let isPage = false
      const [url] = await serve({
        instead: (_, response) => {
          if (isPage) response.end('<h1>Welcome to the guest network</h1>')
          return isPage
        },
      })
      const opened = open([`${url}/repository`])
      await fetchAll(opened)
      isPage = true
      await expect(fetchAll(opened)).rejects.toThrow('no branches and no tags any more')
      expect(await isServed(opened)).toBe(true)
      const again = open([`${url}/repository`])
      expect(await isServed(again)).toBe(true)
      isPage = false
      expect(await again.update(again.parts[0] ?? expect.fail())).toBe(false)
    })
  })

  describe('that are not well written are refused', () => {
    test.each([
      ['ext::sh -c id', 'helper program'],
      [{ '--upload-pack=id': [{ root: 'x' }] }, "begins with '-'"],
      [42, 'expected a URL'],
      [{ 'file:///x': null }, 'has no parameters'],
      [{ 'file:///x': [{ colour: 'red' }] }, 'no parameter "colour"'],
      [{ 'file:///x': [{ root: '../..' }] }, "holds '..'"],
      [{ 'file:///x': [{ mountpoint: 'a/../../b' }] }, "holds '..'"],
      [{ 'file:///x': [{ ref_types: ['branch', 'note'] }] }, 'ref_types has "note"'],
      [{ 'file:///x': [{ insecure_auth: 'yes' }] }, 'expected True or False'],
      [{ 'file:///x': [{ update_interval: -1 }] }, 'expected a whole number'],
      [{ 'file:///x': [{ name: '../up' }] }, 'no name for a directory'],
      [{ 'file:///x': [{ saltenv: [{ dev: [{ branch: 'x' }] }] }] }, 'no parameter "branch"'],
      [{ 'file:///x': [{ password: 'a\nb' }] }, 'control characters'],
      [{ 'file:///x': 'text' }, 'expected a list'],
    ])('%j', (remote, why) => {
      const read = () => open([remote])
      expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
      expect(read).toThrow(why)
    })

    test('two with one name', () => {
      const remotes = ['/x', '/y'].map((url) => ({ [url]: [{ name: 'same' }] }))
      expect(() => open(remotes)).toThrow('two remotes have the name same')
    })
  })
})

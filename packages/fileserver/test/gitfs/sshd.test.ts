// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '@halite/core'
import { freePorts, rawTcp, removeTemporaryDirectory, temporaryDirectory, until } from '@halite/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { ServedRepository } from './served-repository.ts'

const program = findProgram('sshd') ?? findProgram('/usr/sbin/sshd')
const isRoot = process.getuid?.() === 0
const missing =
  program === undefined || findProgram('ssh') === undefined
    ? 'needs the packages openssh-server and openssh-client'
    : isRoot && !existsSync('/run/sshd')
      ? 'needs the directory /run/sshd, which sshd does not make itself'
      : undefined

describe('gitfs over a real sshd', () => {
  let directory: string
  let port = 0
  let server: ChildProcess | undefined
  let served: ServedRepository

  beforeAll(async () => {
    directory = temporaryDirectory('halite-sshd')
    served = new ServedRepository()
    if (missing !== undefined || program === undefined) return
    ;[port = 0] = await freePorts(1)
    for (const [name, passphrase] of [
      ['host', ''],
      ['key', ''],
      ['locked', 'it is secret'],
      ['other', ''],
    ] as const) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', join(directory, name)])
    }
    server = spawn(program, ['-D', '-e', '-f', configured()], { stdio: 'ignore' })
    await until('sshd answers', async () => {
      const socket = await rawTcp(port).catch(() => undefined)
      socket?.destroy()
      return socket
    })
  })
  afterEach(() => vi.unstubAllEnvs())
  afterAll(async () => {
    server?.kill('SIGKILL')
    await served.close()
    removeTemporaryDirectory(directory)
  })

  /** Its configuration: two keys may log in, as the user who runs the tests. */
  function configured(): string {
    const keys = join(directory, 'authorized')
    for (const name of ['key', 'locked']) appendFileSync(keys, readFileSync(join(directory, `${name}.pub`)))
    const path = join(directory, 'sshd_config')
    const lines = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(directory, 'host')}`,
      `AuthorizedKeysFile ${keys}`,
      `PidFile ${join(directory, 'pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin yes',
    ]
    writeFileSync(path, `${lines.join('\n')}\n`)
    const [type, key] = readFileSync(join(directory, 'host.pub'), 'utf8').split(' ')
    writeFileSync(join(directory, 'known'), `[127.0.0.1]:${port} ${type} ${key}\n`)
    return path
  }

  /** A master whose ssh knows these hosts, and no settings of whoever runs the tests. */
  function knowing(hosts: string): void {
    vi.stubEnv(
      'GIT_SSH_COMMAND',
      `ssh -F /dev/null -o BatchMode=no -o UserKnownHostsFile=${join(directory, hosts)} -o GlobalKnownHostsFile=/dev/null`,
    )
    vi.stubEnv('SSH_AUTH_SOCK', '')
  }
  const url = () => `ssh://${userInfo().username}@127.0.0.1:${port}${served.repository.directory}`

  test.for([
    ['a key', { privkey: 'key' }],
    ['a key with a passphrase', { privkey: 'locked', passphrase: 'it is secret' }],
  ] as const)('with %s', async ([, { privkey, ...more }], ctx) => {
    if (missing !== undefined) ctx.skip(missing)
    knowing('known')
    served.repository.commit({ a: privkey, 'sub/b': 'b' })
    const parameters = Object.entries({ privkey: join(directory, privkey), ...more }).map(
      ([name, value]) => ({ [name]: value }),
    )
    await served.open([{ [url()]: parameters }])
    expect(await served.content('a')).toBe(privkey)
    expect(await served.files()).toEqual(['a', 'sub/b'])
    served.repository.commit({ a: 'next' })
    expect(await served.update()).toBe(true)
    expect(await served.content('a')).toBe('next')
  })

  test.for([
    ['a key that the server does not know', 'known', { privkey: 'other' }, /Permission denied/],
    ['a wrong passphrase', 'known', { privkey: 'locked', passphrase: 'not this' }, /Permission denied/],
    ['a host that nobody vouches for', 'unknown', { privkey: 'key' }, /Host key verification failed/],
  ] as const)('%s is refused, and no secret told', async ([, hosts, { privkey, ...more }, text], ctx) => {
    if (missing !== undefined) ctx.skip(missing)
    knowing(hosts)
    served.repository.commit({ a: 'x' })
    const parameters = Object.entries({ privkey: join(directory, privkey), ...more }).map(
      ([name, value]) => ({ [name]: value }),
    )
    const error = await served
      .open([{ [url()]: [...parameters, { name: privkey + hosts + Object.keys(more).length }] }])
      .catch((caught: Error) => caught.message)
    expect(error).toMatch(text)
    expect(error).not.toContain('not this')
  })
})

// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { lchownSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { findProgram } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'
import { SshServer } from './fixtures/ssh-server.ts'

const key = `AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`
const other = `AAAAC3NzaC1lZDI1NTE5AAAAI${'C'.repeat(43)}`
const user = userInfo().username

let machine: Masterless
beforeEach(({ skip }) => {
  if (process.platform === 'win32') skip('the files of OpenSSH on Windows are others')
  machine = new Masterless()
})
afterEach(() => machine?.[Symbol.dispose]())

const keysFile = () => machine.path('home/.ssh/authorized_keys')
const hostsFile = () => machine.path('home/.ssh/known_hosts')

async function call(fun: string, kwargs: object): Promise<unknown> {
  return (await machine.call(fun, [{ __kwarg__: true, ...kwargs }])).return
}

async function run(state: string, args: object, test = false): Promise<[unknown, unknown, unknown]> {
  const sls = JSON.stringify({
    it: { [state]: Object.entries(args).map(([name, value]) => ({ [name]: value })) },
  })
  const [first] = resultsOf(await machine.apply(sls, { test })) as ShortResult[]
  return [first?.result, first?.comment, first?.changes]
}

describe('keys that may log in', () => {
  const wish = () => ({ name: `ssh-ed25519 ${key} ann@home`, user, config: keysFile() })

  test('are added, changed and removed', async () => {
    mkdirSync(machine.path('home'))
    expect(await run('ssh_auth.present', wish(), true)).toEqual([
      null,
      `Key ${key} for user ${user} is set to be added`,
      {},
    ])
    expect(await run('ssh_auth.present', wish())).toEqual([
      true,
      `The authorized host key ${key} for user ${user} was added`,
      { [key]: 'New' },
    ])
    expect(readFileSync(keysFile(), 'utf8')).toBe(`ssh-ed25519 ${key} ann@home\n`)
    expect(statSync(keysFile()).mode & 0o777).toBe(0o600)
    expect(statSync(machine.path('home/.ssh')).mode & 0o777).toBe(0o700)
    expect(await run('ssh_auth.present', wish())).toEqual([
      true,
      `The authorized host key ${key} is already present for user ${user}`,
      {},
    ])
    const changed = {
      ...wish(),
      name: key,
      enc: 'ed25519',
      comment: 'ann',
      options: ['no-pty', 'from="10.0.0.1"'],
    }
    expect(await run('ssh_auth.present', changed)).toEqual([
      true,
      `The authorized host key ${key} for user ${user} was updated`,
      { [key]: 'Updated' },
    ])
    expect(readFileSync(keysFile(), 'utf8')).toBe(`no-pty,from="10.0.0.1" ssh-ed25519 ${key} ann\n`)
    expect(await call('ssh.auth_keys', { user, config: keysFile() })).toMatchObject({
      [key]: {
        enc: 'ssh-ed25519',
        comment: 'ann',
        options: ['no-pty', 'from="10.0.0.1"'],
        fingerprint: expect.stringMatching(/^([0-9a-f]{2}:){31}[0-9a-f]{2}$/),
      },
    })
    expect(await run('ssh_auth.absent', wish(), true)).toEqual([
      null,
      `Key ${key} for user ${user} is set for removal`,
      {},
    ])
    expect(await run('ssh_auth.absent', wish())).toEqual([true, 'Key removed', { [key]: 'Removed' }])
    expect(await run('ssh_auth.absent', wish())).toEqual([true, 'Key not present', {}])
    expect(readFileSync(keysFile(), 'utf8')).toBe('')
  })

  test('come from files, and are kept to a list', async () => {
    mkdirSync(machine.path('home'))
    machine.write({
      'roots/keys': `# ours\nssh-ed25519 ${key} ann\nssh-ed25519 ${other} bob\n`,
      'roots/none': 'nothing\n',
    })
    const source = { name: 'all', user, config: keysFile(), source: 'salt://keys' }
    expect(await run('ssh_auth.present', source)).toEqual([
      true,
      `The authorized host key all for user ${user} was added`,
      { all: 'New' },
    ])
    expect(await run('ssh_auth.present', source, true)).toEqual([
      true,
      'All host keys in file salt://keys are already present',
      {},
    ])
    expect(await run('ssh_auth.present', { ...source, source: 'salt://none' })).toEqual([
      false,
      'No keys detected in salt://none. Is file properly formatted?',
      {},
    ])
    expect(await run('ssh_auth.present', { ...source, source: 'salt://gone' })).toEqual([
      false,
      'Failed to add the ssh key. Source file salt://gone is missing',
      {},
    ])
    const kept = { name: 'x', user, config: keysFile(), ssh_keys: [`ssh-ed25519 ${key} ann`] }
    expect(await run('ssh_auth.manage', kept, true)).toMatchObject([
      null,
      expect.stringContaining(`${other} Key set for removal`),
      {},
    ])
    expect(await run('ssh_auth.manage', kept)).toMatchObject([
      true,
      expect.any(String),
      { [other]: 'Key removed' },
    ])
    expect(readFileSync(keysFile(), 'utf8')).toBe(`ssh-ed25519 ${key} ann\n`)
  })

  test('of nobody, and what is no key, are refused', async () => {
    mkdirSync(machine.path('home'))
    const set = (more: object) =>
      call('ssh.set_auth_key', { user, key, enc: 'ed25519', config: keysFile(), ...more })
    expect(await set({ user: 'nobody-of-this-name' })).toBe('fail')
    expect(await set({ key: 'not base64!' })).toBe('invalid')
    expect(await set({ key: 'AAAA$' })).toBe('Invalid public key')
    expect(await set({ enc: 'paper' })).toMatch(/Incorrect encryption key type 'paper'/)
    expect(await set({ comment: `x\nssh-ed25519 ${other}` })).toMatch(/is not a line of authorized keys/)
    expect(await set({ options: ['command="x"\nssh-ed25519'] })).toMatch(/is not a line of authorized keys/)
    expect(await set({ config: '%x' })).toMatch(/unknown token character "%x"/)
    expect(await call('ssh.auth_keys', { user, config: keysFile() })).toEqual({})
  })

  test('are not written through a link that a user made', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('needs root, to make links of somebody else')
    mkdirSync(machine.path('home'))
    machine.write({ 'secret/authorized_keys': 'kept\n' })
    symlinkSync(machine.path('secret'), machine.path('home/.ssh'))
    lchownSync(machine.path('home/.ssh'), 12345, 12345)
    const set = () => call('ssh.set_auth_key', { user, key, enc: 'ed25519', config: keysFile() })
    expect(await set()).toMatch(/leads through a link of a user/)
    expect(await call('ssh.auth_keys', { user, config: keysFile() })).toMatch(
      /leads through a link of a user/,
    )
    lchownSync(machine.path('home/.ssh'), 0, 0)
    expect(readFileSync(keysFile(), 'utf8')).toBe('kept\n')
    expect(await set()).toBe('new')
    writeFileSync(machine.path('secret/authorized_keys'), '')
    execFileSync('rm', [machine.path('secret/authorized_keys')])
    symlinkSync('/etc/shadow', keysFile())
    lchownSync(keysFile(), 12345, 12345)
    expect(await set()).toMatch(/leads through a link of a user/)
    execFileSync('rm', [keysFile()])
    execFileSync('mkfifo', [keysFile()])
    expect(await set()).toMatch(/is not a file/)
  })
})

describe('hosts that are known', () => {
  const wish = () => ({ name: 'host.example.com', user, key, enc: 'ed25519', config: hostsFile() })

  test('are added by their key, changed and removed', async () => {
    mkdirSync(machine.path('home'))
    const plain = { ...wish(), hash_known_hosts: false, port: 2222 }
    expect(await run('ssh_known_hosts.present', plain, true)).toEqual([
      null,
      `Key for host.example.com is set to be added to ${hostsFile()}`,
      {},
    ])
    expect(await run('ssh_known_hosts.present', plain)).toMatchObject([
      true,
      `host.example.com's key saved to ${hostsFile()} (key: ${key})`,
      { old: null, new: [{ key }] },
    ])
    expect(readFileSync(hostsFile(), 'utf8')).toBe(`[host.example.com]:2222 ssh-ed25519 ${key}\n`)
    expect(await run('ssh_known_hosts.present', plain)).toEqual([
      true,
      `host.example.com already exists in ${hostsFile()}`,
      {},
    ])
    expect(await run('ssh_known_hosts.present', { ...plain, key: other })).toMatchObject([
      true,
      expect.any(String),
      { old: [{ key }], new: [{ key: other }] },
    ])
    expect(await run('ssh_known_hosts.present', wish())).toMatchObject([
      true,
      expect.any(String),
      { new: [{ key }] },
    ])
    expect(readFileSync(hostsFile(), 'utf8')).toMatch(/\|1\|\S+\|\S+ ssh-ed25519 /)
    expect(
      await call('ssh.check_known_host', { user, hostname: 'host.example.com', key, config: hostsFile() }),
    ).toBe('exists')
    expect(
      await call('ssh.check_known_host', {
        user,
        hostname: 'host.example.com',
        key: other,
        config: hostsFile(),
      }),
    ).toBe('update')
    expect(
      await run('ssh_known_hosts.absent', { name: 'host.example.com', user, config: hostsFile() }),
    ).toMatchObject([
      true,
      expect.stringContaining('# Host host.example.com found: line 2'),
      { old: [{ key }], new: null },
    ])
    expect(
      await run('ssh_known_hosts.absent', { name: 'host.example.com', user, config: hostsFile() }),
    ).toEqual([true, 'Host is already absent', {}])
    expect(readFileSync(hostsFile(), 'utf8')).toBe(`[host.example.com]:2222 ssh-ed25519 ${other}\n`)
  })

  test('are found as ssh-keygen finds them', async ({ skip }) => {
    if (findProgram('ssh-keygen') === undefined) skip('needs ssh-keygen')
    const lines = [
      `a.example.com,10.0.0.1 ssh-ed25519 ${key}`,
      `*.example.net,!x.example.net ssh-ed25519 ${key}`,
      `@revoked b ssh-ed25519 ${key}`,
      `# c ssh-ed25519 ${key}`,
    ]
    machine.write({ 'home/.ssh/known_hosts': `${lines.join('\n')}\n` })
    expect(await call('ssh.hash_known_hosts', { user, config: hostsFile() })).toMatchObject({
      status: 'updated',
    })
    for (const host of ['a.example.com', '10.0.0.1', 'b', 'c', 'y.example.net', 'x.example.net']) {
      const found = await call('ssh.get_known_host_entries', { user, hostname: host, config: hostsFile() })
      const shown = spawned(['ssh-keygen', '-F', host, '-f', hostsFile()])
        .split('\n')
        .filter((line) => line !== '' && !/^[#@]/.test(line))
      expect([host, found === null ? 0 : (found as unknown[]).length]).toEqual([host, shown.length])
    }
  })

  test('what is no host or key is refused', async () => {
    mkdirSync(machine.path('home'))
    expect(await run('ssh_known_hosts.present', { name: 'x', config: 'relative' })).toEqual([
      false,
      'If not specifying a "user", specify an absolute "config".',
      {},
    ])
    expect(await run('ssh_known_hosts.present', { ...wish(), fingerprint: 'aa' })).toEqual([
      false,
      'Specify either "key" or "fingerprint", not both.',
      {},
    ])
    expect(await run('ssh_known_hosts.present', { ...wish(), enc: undefined, name: 'x' })).toMatchObject([
      false,
      'Required argument "enc" if using "key" argument.',
      {},
    ])
    for (const hostname of ['-oProxyCommand=x', 'a b', 'a\nb', 'a,b'])
      expect(
        await call('ssh.set_known_host', { user, hostname, key, enc: 'ed25519', config: hostsFile() }),
      ).toMatch(/is not the name of a host/)
    expect(await call('ssh.recv_known_host_entries', { hostname: '-h' })).toMatch(
      /is not the name of a host|ssh-keyscan/,
    )
    expect(await call('ssh.rm_known_host', { user, hostname: 'x', config: hostsFile() })).toMatchObject({
      status: 'error',
      error: expect.stringContaining('does not exist'),
    })
  })

  test('are asked of a server', async ({ skip }) => {
    const problem = SshServer.problem()
    if (problem !== undefined) skip(problem)
    mkdirSync(machine.path('home'))
    await using server = await SshServer.start(machine.path('sshd'))
    const place = { name: '127.0.0.1', user, config: hostsFile(), port: server.port, hash_known_hosts: false }
    expect(
      await call('ssh.recv_known_host_entries', { hostname: '127.0.0.1', port: server.port }),
    ).toMatchObject([{ enc: 'ssh-ed25519', key: server.key }])
    expect(await run('ssh_known_hosts.present', { ...place, fingerprint: 'aa:bb' })).toEqual([
      false,
      'Remote host public keys found but none of their fingerprints match the one you have provided',
      {},
    ])
    expect(await run('ssh_known_hosts.present', { ...place, enc: 'ed25519' })).toMatchObject([
      true,
      expect.stringContaining("127.0.0.1's ed25519 key saved"),
      { new: [{ key: server.key }] },
    ])
    expect(readFileSync(hostsFile(), 'utf8')).toBe(`[127.0.0.1]:${server.port} ssh-ed25519 ${server.key}\n`)
    expect(await run('ssh_known_hosts.present', place)).toEqual([
      true,
      `127.0.0.1 already exists in ${hostsFile()}`,
      {},
    ])
    expect(await call('ssh.host_keys', { keydir: server.directory, private: false })).toEqual({
      'ed25519.pub': expect.stringContaining(server.key),
    })
    expect(await call('ssh.key_is_encrypted', { key: server.keyFile })).toBe(false)
    spawned(['ssh-keygen', '-q', '-p', '-N', 'secret', '-f', server.keyFile])
    expect(await call('ssh.key_is_encrypted', { key: server.keyFile })).toBe(true)
  })
})

function spawned(argv: readonly [string, ...string[]]): string {
  const [program, ...words] = argv
  try {
    return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return ''
  }
}

// SPDX-License-Identifier: Apache-2.0
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findProgram, run } from '@halite/core'
import { type Cluster, type ProcessCluster, startCluster, startProcesses, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HandMinion, stolen } from './hostile/attacker.ts'

const top = `
base:
  '*': [common]
  'web*': [web]
  'db1':
    - match: list
    - db
  'role:cache':
    - match: grain
    - cache
`
const secretOfWeb = 'only-the-web-may-know'
const secretOfDb = 'only-the-database-may-know'

/** Pillar files of a test in a directory of their own. */
class Roots {
  readonly directory = mkdtempSync(join(tmpdir(), 'halite-roots-'))

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.write(path, text)
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.directory, path)), { recursive: true })
    writeFileSync(join(this.directory, path), text)
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}

const files = {
  'top.sls': top,
  'common.sls': 'site: here\n',
  'web.sls': `role: web\nsecret: ${secretOfWeb}\n`,
  'db.sls': `role: db\nsecret: ${secretOfDb}\nports: {main: 5432}\n`,
  'cache.sls': 'cached: true\n',
}

describe('pillar', () => {
  const ids = ['web1', 'web2', 'db1']
  const roots = new Roots(files)
  let cluster: Cluster

  beforeAll(async () => {
    cluster = await startCluster({ minions: ids, master: { pillar_roots: { base: [roots.directory] } } })
    await untilPillar('web1', 'role', 'web')
  })
  afterAll(async () => {
    await cluster?.close()
    roots.remove()
  })

  const ask = (
    tgt: string,
    fun: string,
    arg: readonly unknown[] = [],
    tgtType: 'glob' | 'pillar' | 'pillar_pcre' | 'compound' = 'glob',
  ) => cluster.client.cmd(tgt, fun, arg, { tgtType })

  async function untilPillar(id: string, key: string, value: unknown): Promise<void> {
    const isThere = async () => (await ask(id, 'pillar.get', [key]))[id] === value
    await until(`${id} has ${key} ${String(value)}`, isThere)
  }

  test('each minion has its own', async () => {
    expect(await ask('*', 'pillar.raw')).toEqual({
      web1: { site: 'here', role: 'web', secret: secretOfWeb },
      web2: { site: 'here', role: 'web', secret: secretOfWeb },
      db1: { site: 'here', role: 'db', secret: secretOfDb, ports: { main: 5432 } },
    })
    expect(await ask('*', 'pillar.get', ['ports:main', 'none'])).toEqual({
      web1: 'none',
      web2: 'none',
      db1: 5432,
    })
  })

  test('functions in an executor see it, and can have it recompiled', async () => {
    expect(await ask('db1', 'test.cross_test', ['pillar.get', ['role']])).toEqual({ db1: 'db' })
    expect(await ask('db1', 'pillar.items')).toEqual(await ask('db1', 'pillar.raw'))
    expect(await ask('db1', 'pillar.ls')).toEqual({ db1: ['site', 'role', 'secret', 'ports'] })
  })

  test.each([
    ['pillar', 'role:web', ['web1', 'web2']],
    ['pillar', 'ports:main:5432', ['db1']],
    ['pillar_pcre', 'role:(db|cache)', ['db1']],
    ['compound', 'I@role:web and not web2', ['web1']],
    ['compound', 'I@site:here', ids],
    ['pillar', 'role:none', []],
  ] as const)('selects by %s %s', async (type, tgt, expected) => {
    expect(Object.keys(await ask(tgt, 'test.ping', [], type)).sort()).toEqual([...expected].sort())
  })

  test('the master expects only those whose pillar matches', async () => {
    const { minions } = await cluster.client.runJob('role:db', 'test.ping', [], { tgtType: 'pillar' })
    expect(minions).toEqual(['db1'])
  })

  test('what changed counts for a minion once it is told to refresh', async () => {
    roots.write('web.sls', `role: proxy\nsecret: ${secretOfWeb}\n`)
    expect(await ask('web*', 'pillar.get', ['role'])).toEqual({ web1: 'web', web2: 'web' })
    expect((await ask('web1', 'pillar.items'))['web1']).toMatchObject({ role: 'proxy' })
    expect(await ask('role:web', 'test.ping', [], 'pillar')).toEqual({ web1: true, web2: true })

    expect(await ask('web1', 'saltutil.refresh_pillar')).toEqual({ web1: true })
    expect(await ask('web*', 'pillar.get', ['role'])).toEqual({ web1: 'proxy', web2: 'web' })
    expect(await ask('role:proxy', 'test.ping', [], 'pillar')).toEqual({ web1: true })
    expect(await ask('role:web', 'test.ping', [], 'pillar')).toEqual({ web2: true })
    expect(await ask('web1', 'test.cross_test', ['pillar.get', ['role']])).toEqual({ web1: 'proxy' })

    roots.write('web.sls', files['web.sls'])
    expect(await ask('web*', 'saltutil.refresh_pillar')).toEqual({ web1: true, web2: true })
  })

  test('a grain that is set changes what top.sls gives, and what targets select', async () => {
    expect(await ask('web1', 'grains.setval', ['role', 'cache'])).toEqual({ web1: { role: 'cache' } })
    expect(await ask('web1', 'pillar.get', ['cached'])).toEqual({ web1: true })
    expect(await cluster.client.cmd('role:cache', 'test.ping', [], { tgtType: 'grain' })).toEqual({
      web1: true,
    })
    await ask('web1', 'grains.delkey', ['role'])
    expect(await ask('web1', 'pillar.get', ['cached'])).toEqual({ web1: '' })
  })

  test('mistakes are told, and cost only what is wrong', async () => {
    roots.write('db.sls', 'role: db\nsecret: [\n')
    await ask('db1', 'saltutil.refresh_pillar')
    expect(await ask('db1', 'pillar.raw')).toEqual({
      db1: {
        site: 'here',
        _errors: [expect.stringMatching(/^Rendering SLS 'db' failed\..* \(db\.sls:2:9\)$/)],
      },
    })
    roots.write('db.sls', files['db.sls'])
    await ask('db1', 'saltutil.refresh_pillar')
    expect((await ask('db1', 'pillar.raw'))['db1']).toMatchObject({ role: 'db' })
  })

  test('templates are rendered for each minion, with its grains and the files beside them', async () => {
    roots.write('top.sls', `${top}  'web[12]': [templates.web]\n`)
    roots.write('templates/ports.yaml', 'http: 80\n')
    roots.write('templates/shared.sls', 'kernel: {{ grains.kernel }}\n')
    roots.write(
      'templates/web.sls',
      [
        "{% import_yaml 'templates/ports.yaml' as ports %}",
        'include: [.shared]',
        'me: {{ grains.id }}',
        'hosts:',
        '{% for n in range(1, 3) %}',
        '  - {{ opts.id }}-{{ n }}:{{ ports.http }}',
        '{% endfor %}',
      ].join('\n'),
    )
    await ask('*', 'saltutil.refresh_pillar')
    const kernel = (await ask('web1', 'grains.get', ['kernel']))['web1']
    expect(await ask('*', 'pillar.raw')).toMatchObject({
      web1: { me: 'web1', kernel, hosts: ['web1-1:80', 'web1-2:80'] },
      web2: { me: 'web2', kernel, hosts: ['web2-1:80', 'web2-2:80'] },
      db1: { role: 'db' },
    })
    roots.write('templates/shared.sls', 'ok: 1\nkernel: {{ grains.krnl }}\n')
    await ask('web1', 'saltutil.refresh_pillar')
    expect((await ask('web1', 'pillar.raw'))['web1']).toMatchObject({
      me: 'web1',
      _errors: [
        expect.stringMatching(
          /^Rendering SLS 'templates.shared' failed\..* \(templates\/shared\.sls:2:\d+\)$/,
        ),
      ],
    })
    roots.write('top.sls', top)
    await ask('*', 'saltutil.refresh_pillar')
  })

  test('after a restart of the master it is as before', { timeout: 40_000 }, async () => {
    await cluster.restartMaster()
    await cluster.waitConnected()
    await until('the pillar is known again', async () => {
      const { minions } = await cluster.client.runJob('role:*', 'test.ping', [], { tgtType: 'pillar' })
      return minions.length === 3
    })
    expect(await ask('role:web', 'test.ping', [], 'pillar')).toEqual({ web1: true, web2: true })
  })

  describe('a hostile minion', () => {
    test.each(['daemon', 'call'] as const)('never gets another one’s, whatever its %s asks', async (role) => {
      await using evil = new HandMinion(cluster.addresses.ret, stolen(cluster, 'web2'))
      await evil.call(role)
      const ask = async (load: unknown) => {
        const down = await evil.ask('_pillar', load)
        return down.type === 'reply' ? down.value : down
      }
      const own = { pillar: { site: 'here', role: 'web', secret: secretOfWeb } }
      expect(await ask({})).toEqual(own)
      expect(await ask({ grains: { id: 'db1', host: 'db1', nodename: 'db1' } })).toEqual(own)
      expect(await ask({ pillarenv: '../db' })).toEqual({ pillar: {} })
      for (const load of [{ id: 'db1' }, { minion_id: 'db1' }, { held: 'yes' }, { pillarenv: ['base'] }]) {
        expect(await evil.refusal('_pillar', load)).toBe('VALUE_MALFORMED')
      }
    })

    test('cannot make targets select it by grains that it only claims for a pillar', async () => {
      await using evil = new HandMinion(cluster.addresses.ret, stolen(cluster, 'web2'))
      await evil.call()
      const down = await evil.ask('_pillar', { grains: { role: 'cache' }, held: true })
      expect(down).toMatchObject({ value: { pillar: { cached: true } } })
      expect(await ask('cached:True', 'test.ping', [], 'pillar')).toEqual({})
      expect(await cluster.client.cmd('role:cache', 'test.ping', [], { tgtType: 'grain' })).toEqual({})
    })

    test('leaves nothing of a pillar on the disk of the master, nor on its own', () => {
      const found = readdirSync(cluster.directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .filter((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(secretOfWeb))
        .map((entry) => entry.name)
      // The job store holds what pillar.items and pillar.raw returned.
      expect(found.filter((name) => !/\.(?:mdb|lmdb)$/.test(name))).toEqual([])
    })
  })

  test('what top.sls may not reach is refused for all', async () => {
    roots.write('outside-of-all.txt', 'x')
    symlinkSync('/etc/passwd', join(roots.directory, 'linked.sls'))
    roots.write('top.sls', `${top}  'db*': [linked, '../../etc/passwd']\n`)
    await ask('db1', 'saltutil.refresh_pillar')
    const { db1 } = (await ask('db1', 'pillar.raw')) as { db1: { _errors: string[] } }
    expect(db1._errors).toHaveLength(2)
    expect(JSON.stringify(db1)).not.toContain('root:')
    roots.write('top.sls', top)
  })

  test('revoke_auth gives the key back', async () => {
    await cluster.client.runJob('web2', 'saltutil.revoke_auth')
    await until('the key is gone', () => !cluster.master.keys.accepted().includes('web2' as never))
    expect(Object.keys(await ask('role:web', 'test.ping', [], 'pillar'))).toEqual(['web1'])
  })
})

describe('salt-call', () => {
  const roots = new Roots(files)
  const local = new Roots({
    'top.sls': "base: {'*': [own]}",
    'own.sls': 'from: this machine\nid: {{ grains.id }}\n',
  })
  let cluster: ProcessCluster

  beforeAll(async () => {
    cluster = await startProcesses({
      minions: ['web1'],
      masterConfig: { pillar_roots: { base: [roots.directory] } },
      minionConfig: { pillar_roots: { base: [local.directory] } },
    })
    await cluster.acceptAll()
  })
  afterAll(async () => {
    await cluster?.close()
    roots.remove()
    local.remove()
  })

  const call = async (...args: string[]) => {
    const { stdout, stderr } = await cluster.run('salt-call', ...args, '--out=json')
    return stdout === '' ? stderr : JSON.parse(stdout).local
  }

  test('asks the master in a session of its own', async () => {
    expect(await call('pillar.get', 'role')).toBe('web')
    expect(await call('pillar.items')).toEqual({ site: 'here', role: 'web', secret: secretOfWeb })
    expect(await call('match.pillar', 'role:web')).toBe(true)
  })

  test('--local compiles what lies on this machine', async () => {
    expect(await call('--local', 'pillar.items')).toEqual({ from: 'this machine', id: 'web1' })
    expect(await call('--local', 'match.compound', 'I@from:this*')).toBe(true)
  })

  test('leaves the grains that the daemon told alone', async () => {
    const before = await cluster.run('salt', '-G', 'kernel:*', 'test.ping', '--out=json', '--static')
    expect(JSON.parse(before.stdout)).toEqual({ web1: true })
  })

  test('a grain set by it reaches the daemon by itself', { timeout: 30_000 }, async () => {
    expect(await call('grains.setval', 'role', 'cache')).toEqual({ role: 'cache' })
    expect(await call('pillar.get', 'cached')).toBe(true)
    await until('the daemon has seen it', async () => {
      const { stdout } = await cluster.run(
        'salt',
        '-G',
        'role:cache',
        'pillar.get',
        'cached',
        '--out=json',
        '--static',
      )
      return stdout.startsWith('{') && JSON.parse(stdout).web1 === true
    })
  })

  test('events reach the master below the name of the minion', async () => {
    expect(await call('event.send', 'my/tag', '{a: 1}')).toBe(true)
    expect(await call('--local', 'event.send', 'my/tag', '{a: 1}')).toBe(false)
    const { stdout } = await cluster.run(
      'salt',
      'web1',
      'event.fire_master',
      'data',
      'my/tag',
      '--out=json',
      '--static',
    )
    expect(JSON.parse(stdout)).toEqual({ web1: true })
  })
})

test('decrypt_pillar decrypts with the key of the master, and a minion never has the key', {
  timeout: 90_000,
}, async (ctx) => {
  ctx.skip(findProgram('gpg') === undefined, 'there is no program gpg')
  const home = mkdtempSync(join(tmpdir(), 'halite-gpg-'))
  const roots = new Roots({ 'top.sls': "base:\n  '*': [a]\n" })
  const gpg = ['gpg', '--homedir', home, '--batch', '--quiet']
  const key = ['--passphrase', '', '--quick-gen-key', 'pillar@example.com', 'default', 'default', 'never']
  expect((await run([...gpg, ...key])).retcode).toBe(0)
  const encrypt = ['--armor', '--trust-model', 'always', '-e', '-r', 'pillar@example.com']
  const sealed = Buffer.from((await run([...gpg, ...encrypt], { stdin: 'hush' })).stdout).toString()
  const block = sealed.replace(/^/gm, '    ')
  roots.write('a.sls', `secret:\n  deep: |\n${block}\nother: |\n${block}\n`)
  const masterConfig = {
    pillar_roots: { base: [roots.directory] },
    gpg_keydir: home,
    decrypt_pillar: ['secret:deep'],
  }
  const cluster = await startProcesses({ minions: ['web1'], masterConfig })
  try {
    await cluster.acceptAll()
    const { stdout } = await cluster.run('salt', 'web1', 'pillar.items', '--out=json', '--static')
    expect(JSON.parse(stdout)).toEqual({
      web1: { secret: { deep: 'hush' }, other: expect.stringMatching(/^-----BEGIN PGP MESSAGE-----/) },
    })
  } finally {
    await cluster.close()
    await run(['gpgconf', '--homedir', home, '--kill', 'all'])
    rmSync(home, { recursive: true, force: true })
    roots.remove()
  }
})

test('pillar= of a state run is decrypted by the minion, with pillar_enc, and merged by the master', {
  timeout: 90_000,
}, async (ctx) => {
  ctx.skip(findProgram('gpg') === undefined, 'there is no program gpg')
  const home = mkdtempSync(join(tmpdir(), 'halite-gpg-'))
  const roots = new Roots({
    'top.sls': "base: {'*': [a]}\n",
    'a.sls': 'list: [own]\nsecret: none\n',
    'states/show.sls': `show: {test.show_notification: [text: "{{ pillar.list | join }} {{ pillar.secret }}"]}`,
  })
  const gpg = ['gpg', '--homedir', home, '--batch', '--quiet']
  const key = ['--passphrase', '', '--quick-gen-key', 'pillar@example.com', 'default', 'default', 'never']
  expect((await run([...gpg, ...key])).retcode).toBe(0)
  const encrypt = async (stdin: string) => {
    const argv = [...gpg, '--armor', '--trust-model', 'always', '-e', '-r', 'pillar@example.com']
    return Buffer.from((await run(argv, { stdin })).stdout).toString()
  }
  const master = {
    pillar_roots: { base: [roots.directory] },
    file_roots: { base: [join(roots.directory, 'states')] },
    pillar_merge_lists: true,
  }
  try {
    await using cluster = await startCluster({ minions: [], master })
    await cluster.addMinion('m1', { gpg_keydir: home })
    const shown = async (pillar: unknown, words: Readonly<Record<string, unknown>> = {}) => {
      const { m1 } = await cluster.client.cmd('m1', 'state.apply', [
        'show',
        { __kwarg__: true, pillar, ...words },
      ])
      const [state] = Object.values(Object(m1)) as { comment?: string }[]
      return state?.comment ?? m1
    }
    expect(await shown({ list: ['call'] })).toBe('callown none')
    expect(await shown({ secret: await encrypt('hush') }, { pillar_enc: 'GPG' })).toBe('own hush')
    expect(await shown(await encrypt('{secret: all}'), { pillar_enc: 'gpg' })).toBe('own all')
    expect(await shown(await encrypt('[1]'), { pillar_enc: 'gpg' })).toContain('did not return a dictionary')
    expect(await shown({ secret: '#!js' }, { pillar_enc: 'gpg' })).toBe('own #!js')
  } finally {
    await run(['gpgconf', '--homedir', home, '--kill', 'all'])
    rmSync(home, { recursive: true, force: true })
    roots.remove()
  }
})

test('after salt-run pillar.clear_pillar_cache the pillar of a minion is compiled again', {
  timeout: 60_000,
}, async () => {
  const roots = new Roots({ 'top.sls': "base:\n  '*': [a]\n", 'a.sls': 'n: 1\n' })
  const masterConfig = {
    pillar_roots: { base: [roots.directory] },
    pillar_cache: true,
    pillar_cache_ttl: 3600,
  }
  const cluster = await startProcesses({ minions: ['web1'], masterConfig })
  const runner = async (...words: string[]) => {
    const { stdout } = await cluster.run('salt-run', ...words, '--out=json')
    return JSON.parse(stdout) as unknown
  }
  const fresh = async () => {
    const { stdout } = await cluster.run('salt', 'web1', 'pillar.items', '--out=json', '--static')
    return (JSON.parse(stdout) as { web1: unknown }).web1
  }
  try {
    await cluster.acceptAll()
    expect(await fresh()).toEqual({ n: 1 })
    roots.write('a.sls', 'n: 2\n')
    expect(await fresh()).toEqual({ n: 1 })
    expect(await runner('pillar.show_pillar_cache')).toEqual({ web1: { n: 1 } })
    expect(await runner('pillar.clear_pillar_cache', 'db*')).toEqual({})
    expect(await fresh()).toEqual({ n: 1 })
    await runner('pillar.clear_pillar_cache', 'web*')
    expect(await fresh()).toEqual({ n: 2 })
  } finally {
    await cluster.close()
    roots.remove()
  }
})

test.each([
  [true, /^Rendering SLS 'bad' failed\. Please see master log for details\./],
  [false, /^Rendering SLS 'bad' failed, render error:\n/],
])(
  'pillar_safe_render_error %s: what is wrong in a file is for the log, or for the minion',
  async (isSafe, text) => {
    const roots = new Roots({ 'top.sls': "base:\n  '*': [bad]\n", 'bad.sls': 'a: [1\n' })
    try {
      const master = { pillar_roots: { base: [roots.directory] }, pillar_safe_render_error: isSafe }
      await using cluster = await startCluster({ minions: ['m1'], master })
      const { m1 } = (await cluster.client.cmd('m1', 'pillar.items')) as {
        m1: { _errors?: readonly string[] }
      }
      expect(m1._errors).toEqual([expect.stringMatching(text)])
    } finally {
      roots.remove()
    }
  },
)

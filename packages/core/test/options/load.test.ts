// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadOptions, type OptionRole } from '@halite/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'halite-options-'))
})

afterEach(() => {
  rmSync(dir, { recursive: true })
})

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
}

function load(files: Record<string, string>, overrides: Record<string, unknown> = {}) {
  write(files)
  return loadOptions('master', { configDir: dir, overrides, env: {} })
}

describe('defaults', () => {
  it("are Salt's", () => {
    const { options, sources, warnings } = loadOptions('master', { configDir: dir, env: {} })
    expect(options).toMatchObject({
      interface: '0.0.0.0',
      publish_port: 4505,
      ret_port: 4506,
      timeout: 5,
      gather_job_timeout: 10,
      keep_jobs_seconds: 86400,
      auto_accept: false,
      hash_type: 'sha256',
      log_level: 'warning',
      conf_file: join(dir, 'master'),
      pki_dir: join(dir, 'pki', 'master'),
    })
    expect(sources).toEqual([])
    expect(warnings).toEqual([])
  })

  it('lie where Salt puts them', (ctx) => {
    ctx.skip(process.platform === 'win32', 'the paths are those of Unix')
    const { options } = loadOptions('minion', { configDir: '/etc/salt', env: {} })
    expect(options).toMatchObject({
      pki_dir: '/etc/salt/pki/minion',
      cachedir: '/var/cache/salt/minion',
      sock_dir: '/var/run/salt/minion',
      log_file: '/var/log/salt/minion',
      pidfile: '/var/run/salt-minion.pid',
      extension_modules: '/var/cache/salt/minion/extmods',
      default_include: 'minion.d/*.conf',
      master: 'salt',
      id: '',
    })
  })

  it('come from SALT_CONFIG_DIR, and -c wins over it', () => {
    write({ 'a/master': 'timeout: 1', 'b/master': 'timeout: 2' })
    const env = { SALT_CONFIG_DIR: join(dir, 'a') }
    expect(loadOptions('master', { env }).options.timeout).toBe(1)
    expect(loadOptions('master', { env, configDir: join(dir, 'b') }).options.timeout).toBe(2)
  })

  it('hold, with a warning, where the directory does not exist', () => {
    const { warnings } = loadOptions('minion', { configDir: join(dir, 'none'), env: {} })
    expect(warnings).toEqual([
      `configuration directory ${join(dir, 'none')} does not exist; defaults are used`,
    ])
  })

  it('are deeply frozen', () => {
    const { options } = load({ master: 'nodegroups: {a: [b]}' })
    const groups = options.nodegroups as { a: string[] }
    expect(() => groups.a.push('c')).toThrow(TypeError)
    expect(() => Object.assign(options, { timeout: 1 })).toThrow(TypeError)
  })
})

describe('files', () => {
  it('are read in order: main, default_include by name, include; the command line wins', () => {
    const { options, sources } = load(
      {
        master: 'timeout: 1\ninterface: a\nret_port: 1\npublish_port: 1\ninclude: more/*.conf\n',
        'master.d/b.conf': 'timeout: 3\nret_port: 3\npublish_port: 3\n',
        'master.d/a.conf': 'timeout: 2\nuser: from-a\n',
        'master.d/.hidden.conf': 'user: hidden\n',
        'master.d/c.txt': 'user: text\n',
        'more/x.conf': 'ret_port: 4\npublish_port: 4\n',
      },
      { publish_port: 5 },
    )
    expect(options).toMatchObject({
      timeout: 3,
      interface: 'a',
      user: 'from-a',
      ret_port: 4,
      publish_port: 5,
    })
    expect(sources).toEqual(
      ['master', 'master.d/a.conf', 'master.d/b.conf', 'more/x.conf'].map((name) => join(dir, name)),
    )
  })

  it('that are included merge mappings with one another and replace those of the main file', () => {
    const { options } = load({
      master: 'nodegroups: {main: x}\n',
      'master.d/a.conf': 'nodegroups: {a: 1, both: {x: 1}}\n',
      'master.d/b.conf': 'nodegroups: {b: 2, both: {y: 2}}\n',
    })
    expect(options.nodegroups).toEqual({ a: 1, b: 2, both: { x: 1, y: 2 } })
  })

  it('include others relative to themselves', () => {
    const { options } = load({
      master: 'include: [sub/one.conf]\n',
      'sub/one.conf': 'include: two.conf\ntimeout: 7\n',
      'sub/two.conf': 'timeout: 8\n',
    })
    expect(options.timeout).toBe(8)
  })

  it('that include themselves are refused', () => {
    expect(() =>
      load({ master: 'include: a.conf', 'a.conf': 'include: b.conf', 'b.conf': 'include: a.conf' }),
    ).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/a\.conf: includes itself/),
      }),
    )
  })

  it('may be missing below an include, which is said, but need not exist for default_include', () => {
    const { remarks } = load({ master: 'include: nothing/*.conf\n' })
    expect(remarks).toEqual([`${join(dir, 'master')}: 'include' names nothing/*.conf, which matches no file`])
  })

  it.each(['', '# only\n#comments: 1\n\n   # here\n', '---\n', '~\n'])('%j is an empty file', (text) => {
    expect(load({ master: text }).options.timeout).toBe(5)
  })

  it('may begin with a byte order mark', () => {
    expect(load({ master: '\ufefftimeout: 6\n' }).options.timeout).toBe(6)
  })

  it.each([
    ['- a\n- b\n', /master: holds a list, expected/],
    ['just text\n', /master: holds a single value, expected/],
    ['timeout: 1\ntimeout: 2\n', /master:2:1: found conflicting ID 'timeout'/],
    ['a: b: c\n', /master:1:5: mapping values are not allowed/],
  ])('%j is refused with its place', (text, message) => {
    expect(() => load({ master: text })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    )
  })

  it('must be UTF-8', () => {
    writeFileSync(join(dir, 'master'), Buffer.from([0x61, 0x3a, 0x20, 0xff]))
    expect(() => load({})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('that cannot be read are an error with a hint', () => {
    mkdirSync(join(dir, 'master'))
    expect(() => load({})).toThrow(
      expect.objectContaining({
        code: 'CONFIG_UNREADABLE',
        hint: expect.stringContaining(join(dir, 'master')),
      }),
    )
  })
})

describe('types', () => {
  it.each<[OptionRole, string, string]>([
    ['master', '\n\ntimeout: abc', "3: 'timeout' is 'abc' (text), expected a number of seconds"],
    ['master', "timeout: '5'", "1: 'timeout' is '5' (text), expected a number of seconds"],
    ['master', 'timeout: -1', "1: 'timeout' is -1 (number), expected a number of seconds"],
    ['master', 'auto_accept: 1', "1: 'auto_accept' is 1 (number), expected True or False"],
    ['master', 'ret_port: 70000', "1: 'ret_port' is 70000 (number), expected a port number from 0 to 65535"],
    [
      'master',
      'keep_jobs_seconds: 1.5',
      "1: 'keep_jobs_seconds' is 1.5 (number), expected a whole number of seconds, 0 or more",
    ],
    ['master', 'interface: 1', "1: 'interface' is 1 (number), expected text"],
    ['master', 'nodegroups: [a]', "1: 'nodegroups' is a list, expected a mapping (`name: value` lines)"],
    [
      'master',
      'file_roots: {base: /srv}',
      "1: 'file_roots' is a mapping, expected a mapping from names to lists of text",
    ],
    [
      'master',
      'hash_type: crc',
      "1: 'hash_type' is 'crc' (text), expected one of sha256, sha384, sha512, sha224, sha1, md5",
    ],
    [
      'master',
      'log_level: loud',
      "1: 'log_level' is 'loud' (text), expected one of all, garbage, trace, debug, profile, info, warning, error, critical, quiet",
    ],
    ['minion', 'master: 5', "1: 'master' is 5 (number), expected text, or a list of text"],
    ['minion', 'grains: True', "1: 'grains' is True (boolean), expected a mapping (`name: value` lines)"],
  ])('%s: %j', (role, text, message) => {
    write({ [role]: text })
    expect(() => loadOptions(role, { configDir: dir, env: {} })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: `${join(dir, role)}:${message}` }),
    )
  })

  it('are checked on the command line too', () => {
    expect(() => load({}, { timeout: 'x' })).toThrow(
      expect.objectContaining({
        message: "command line: 'timeout' is 'x' (text), expected a number of seconds",
      }),
    )
  })

  it('bend where Salt bends: a number as id, levels in capitals, a list of masters, an empty value', () => {
    write({
      minion: 'id: 1234\nlog_level: INFO\nmaster: [a, b]\nuser:\nauth_timeout: 2.5\nupdate_url: False\n',
    })
    const { options } = loadOptions('minion', { configDir: dir, env: {} })
    expect(options).toMatchObject({
      id: '1234',
      log_level: 'info',
      master: ['a', 'b'],
      auth_timeout: 2.5,
      update_url: false,
    })
    expect(options.user).not.toBeNull()
  })
})

describe('unknown keys', () => {
  it('are kept and named as unused, with the nearest name', () => {
    const { options, warnings, unused } = load({
      master: 'timeuot: 3\nsite_thing: {a: 1}\npeer: {}\nmaster_port: 1\n',
    })
    expect(options).toMatchObject({ timeuot: 3, site_thing: { a: 1 }, peer: {}, master_port: 1 })
    const file = join(dir, 'master')
    expect(warnings).toEqual([])
    expect(unused.map(({ text }) => text)).toEqual([
      `${file}:1: 'timeuot' is not a known option; did you mean 'timeout'?`,
      `${file}:2: 'site_thing' is not a known option`,
      `${file}:3: 'peer' is an option of Salt that is not used by this version`,
      `${file}:4: 'master_port' is an option of the minion and has no effect here`,
    ])
    expect(unused.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'salt', 'other'])
  })

  it('are told apart where they would forbid something', () => {
    const { unused } = load({
      master:
        'publisher_acl_blacklist: {users: [root]}\nclient_acl_blacklist: {users: [], modules: []}\nsudo_acl: False\nssl: True\n',
    })
    expect(unused.map(({ name, kind }) => [name, kind])).toEqual([
      ['publisher_acl_blacklist', 'restriction'],
      ['client_acl_blacklist', 'salt'],
      ['sudo_acl', 'salt'],
      ['ssl', 'restriction'],
    ])
    expect(unused[0]?.text).toContain('not used by this version: what it forbids is allowed')
  })

  it('are settings of Salt with the name of a returner in front', () => {
    write({ minion: 'mysql.host: db1\nmongo.db: 0\nmysqll.host: x\n' })
    const { unused } = loadOptions('minion', { configDir: dir, env: {} })
    expect(unused.map(({ kind }) => kind)).toEqual(['salt', 'salt', 'unknown'])
  })

  it('are not reported for an option that is not used yet and says what is so anyway', () => {
    write({ minion: "startup_states: ''\nmine_interval:\n" })
    const { unused } = loadOptions('minion', { configDir: dir, env: {} })
    expect(unused).toEqual([])
  })

  it('pollute nothing', () => {
    const { options } = load({
      master: '__proto__: {polluted: 1}\n',
      'master.d/a.conf': '__proto__: {polluted: 2}\n',
    })
    expect(Object.hasOwn(options, '__proto__')).toBe(true)
    expect((options as { polluted?: unknown }).polluted).toBeUndefined()
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('of the caller pass without a warning, and undefined is not given', () => {
    const { options, warnings } = load({}, { anything: 1, timeout: undefined })
    expect(options).toMatchObject({ anything: 1, timeout: 5 })
    expect(warnings).toEqual([])
  })
})

describe('root_dir', () => {
  beforeEach((ctx) => ctx.skip(process.platform === 'win32', 'the paths are those of Unix'))

  it('holds every path, unless it lies below it already', () => {
    const { options } = load({
      master: 'root_dir: /opt/x\ncachedir: /opt/x/cache\nsock_dir: run\nautosign_file: ""\n',
    })
    expect(options).toMatchObject({
      root_dir: '/opt/x',
      cachedir: '/opt/x/cache',
      sock_dir: '/opt/x/run',
      autosign_file: '',
      log_file: '/opt/x/var/log/salt/master',
      pki_dir: join(dir, 'pki', 'master'), // a default inside the chosen configuration directory
      conf_file: join(dir, 'master'),
    })
    expect(options.file_roots).toEqual({ base: ['/srv/salt', '/srv/spm/salt'] })
  })

  it('does not take /opt/xy for a path below /opt/x', () => {
    expect(load({ master: 'root_dir: /opt/x\ncachedir: /opt/xy\n' }).options.cachedir).toBe('/opt/x/opt/xy')
  })

  it('may begin with the home directory', () => {
    const { options } = load({ master: 'root_dir: ~/x\ncachedir: cache\n' })
    expect(options.root_dir).toBe(join(homedir(), 'x'))
    expect(options.cachedir).toBe(join(homedir(), 'x', 'cache'))
  })

  it('leaves paths of the command line as they stand', () => {
    const { options } = load({}, { root_dir: '/opt/x', log_file: '/tmp/log', pidfile: 'here.pid' })
    expect(options).toMatchObject({
      log_file: '/tmp/log',
      pidfile: join(process.cwd(), 'here.pid'),
      cachedir: '/opt/x/var/cache/salt/master',
    })
  })

  it("take Python's None as not given, save where it may be meant as text", () => {
    write({
      minion: 'retry_dns_count: None\nauth_timeout: None\nmodule_dirs: None\nupdate_url: None\nid: None\n',
    })
    const { options } = loadOptions('minion', { configDir: dir, env: {} })
    const { options: defaults } = loadOptions('minion', { configDir: join(dir, 'empty'), env: {} })
    expect(options.retry_dns_count).toBe(-1)
    expect(options.auth_timeout).toBe(defaults.auth_timeout)
    expect(options.module_dirs).toEqual(defaults.module_dirs)
    expect(options.id).toBe('None')
    write({ minion: 'retry_dns_count: never\n' })
    expect(() => loadOptions('minion', { configDir: dir, env: {} })).toThrow(/retry_dns_count/)
  })
})

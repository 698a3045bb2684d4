// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findProgram, run } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const repository = join(import.meta.dirname, '../../..')
const tarball = pathToFileURL(join(repository, 'scripts/freeze/tarball.mjs')).href

/** A daemon that says how it was started, and stays. */
const daemon = '#!/bin/sh\necho "$0 $*" > "$(dirname "$0")/started"\nexec sleep 300 # salt-minion\n'

let work: string
let root: string
let prefix: string

beforeEach(async (ctx) => {
  ctx.skip(process.platform === 'win32', 'Windows has no service files of these kinds')
  work = mkdtempSync(join(tmpdir(), 'halite-install-'))
  root = join(work, 'root')
  prefix = join(work, 'opt/salt')
  const { tarballEntries, writeTarball } = await import(tarball)
  const frozen = ['salt-minion', 'salt-master'].map((path) => ({ path, contents: daemon, mode: 0o755 }))
  await writeTarball(join(work, 'salt.tar.gz'), tarballEntries(repository, frozen))
  mkdirSync(join(work, 'opt'))
  const unpacked = await run(['tar', '-xzf', join(work, 'salt.tar.gz'), '-C', join(work, 'opt')])
  expect(unpacked.stderr.toString()).toBe('')
})
afterEach(() => rmSync(work, { recursive: true, force: true }))

interface Said {
  readonly said: string
  readonly code: number | null
}

/** With `programs` in front of those of the system, by name and text. */
async function install(words: readonly string[], programs: Record<string, string> = {}): Promise<Said> {
  const path = join(work, 'programs')
  mkdirSync(path, { recursive: true })
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(path, name), 0o755)
  }
  const { stdout, stderr, retcode } = await run([join(prefix, 'install/install.sh'), ...words], {
    env: { PATH: `${path}:/usr/bin:/bin` },
  })
  return { said: `${stdout}${stderr}`, code: retcode }
}

const written = (path: string) => readFileSync(join(root, path), 'utf8')
const inOurRoot = (system: string) => ['--system', system, '--root', root]

test('the tarball holds etc, install and bin, with the modes that they need', async () => {
  const { stdout } = await run(['tar', '-tvzf', join(work, 'salt.tar.gz')])
  const lines = stdout.toString().trim().split('\n')
  const paths = lines.map((line) => line.split(' ').at(-1))
  for (const path of ['bin/salt-minion', 'etc/minion', 'install/install.sh', 'install/smf/salt-minion.xml'])
    expect(paths).toContain(`salt/${path}`)
  expect(lines.filter((line) => line.startsWith('-rwxr-xr-x'))).toHaveLength(3)
  expect(lines.every((line) => /^-rw[x-]r-[x-]r-[x-] root\/root +\d+ 1980-01-01/.test(line))).toBe(true)
})

test.each([
  ['systemd', 'etc/systemd/system', '.service'],
  ['openrc', 'etc/init.d', ''],
  ['sysv', 'etc/init.d', ''],
  ['launchd', 'Library/LaunchDaemons', '.plist'],
  ['smf', 'var/svc/manifest/site', '.xml'],
])('for %s it writes files that name the place of the release', async (system, folder, suffix) => {
  expect((await install(inOurRoot(system))).code).toBe(0)
  for (const name of ['salt-minion', 'salt-master']) {
    const text = written(join(folder, `${name}${suffix}`))
    expect(text).toContain(prefix)
    expect(text).toContain(name.slice('salt-'.length))
    expect(text).not.toMatch(/SALT_[A-Z]+/)
    const isProgram = suffix === ''
    expect(statSync(join(root, folder, `${name}${suffix}`)).mode & 0o777).toBe(isProgram ? 0o755 : 0o644)
    if (isProgram) expect((await run(['sh', '-n', join(root, folder, name)])).retcode).toBe(0)
    if (/^<\?xml/.test(text)) expect(openElements(text)).toEqual([])
  }
  expect(readFileSync(join(prefix, 'etc/minion.d/prefix.conf'), 'utf8')).toBe(`root_dir: ${prefix}\n`)
})

test('systemd takes the units', async (ctx) => {
  ctx.skip(findProgram('systemd-analyze') === undefined, 'systemd-analyze is not installed')
  await install(inOurRoot('systemd'))
  const units = ['salt-minion', 'salt-master'].map((name) => join(root, `etc/systemd/system/${name}.service`))
  const { stderr, retcode } = await run(['systemd-analyze', 'verify', ...units])
  const complaints = stderr
    .toString()
    .split('\n')
    .filter((line) => line.includes('salt-'))
  expect({ retcode, complaints }).toEqual({ retcode: 0, complaints: [] })
})

test('a moved release is installed again, with its new place', async () => {
  await install(inOurRoot('systemd'))
  renameSync(prefix, join(work, 'opt/other'))
  prefix = join(work, 'opt/other')
  await install(inOurRoot('systemd'))
  expect(written('etc/systemd/system/salt-minion.service')).toContain(
    `ExecStart=${prefix}/bin/salt-minion -c`,
  )
})

describe('SmartOS', () => {
  const zone = (name: string) => ({ uname: 'echo SunOS', zonename: `echo ${name}` })

  test('in the global zone the minion alone is installed, enabled, where it outlives a boot', async () => {
    expect((await install(['--root', root], zone('global'))).code).toBe(0)
    expect(written('opt/custom/smf/salt-minion.xml')).toContain('<create_default_instance enabled="true"/>')
    expect(existsSync(join(root, 'opt/custom/smf/salt-master.xml'))).toBe(false)
  })

  test('in another zone both are, and wait', async () => {
    expect((await install(['--root', root], zone('web'))).code).toBe(0)
    for (const name of ['minion', 'master'])
      expect(written(`var/svc/manifest/site/salt-${name}.xml`)).toContain('enabled="false"')
  })
})

describe('a master is written down', () => {
  const config = () => readFileSync(join(prefix, 'etc/minion'), 'utf8')

  test('and whatever else the file says stays', async () => {
    const example = config()
    for (const master of ['salt.example.com', '192.0.2.7', '2001:db8::1']) {
      expect((await install([...inOurRoot('sysv'), master])).code).toBe(0)
      expect(config()).toBe(`master: ${master}\n${example}`)
    }
    writeFileSync(join(prefix, 'etc/minion'), 'id: web1\nmaster: one # the first\ngrains:\n  master: x\n')
    expect((await install([...inOurRoot('sysv'), 'two'])).code).toBe(0)
    expect(config()).toBe('id: web1\nmaster: two\ngrains:\n  master: x\n')
  })

  test.each(['master:\n  - one\n  - two\n', 'master: # both\n  - one\n'])(
    'unless the file names several: %j',
    async (text) => {
      writeFileSync(join(prefix, 'etc/minion'), text)
      const { said, code } = await install([...inOurRoot('sysv'), 'two'])
      expect([code, said]).toEqual([70, expect.stringContaining('names several masters')])
      expect(config()).toBe(text)
    },
  )
})

test.each([
  [['$(touch /tmp/x)'], 64, /is not the address of a master/],
  [['a b'], 64, /is not the address of a master/],
  [['-x'], 64, /is not the address of a master/],
  [['one\ntwo: x'], 64, /is not the address of a master/],
  [['one', 'two'], 64, /one master, not one and two/],
  [['--system'], 64, /--system needs a value/],
  [['--system', 'upstart'], 64, /there are systemd, openrc, sysv, launchd and smf/],
])('%j is refused, and nothing is written', async (words, code, why) => {
  const before = readFileSync(join(prefix, 'etc/minion'), 'utf8')
  const result = await install(['--root', root, '--system', 'sysv', ...words])
  expect(result.said).toMatch(why)
  expect(result.code).toBe(code)
  expect(existsSync(root)).toBe(false)
  expect(readFileSync(join(prefix, 'etc/minion'), 'utf8')).toBe(before)
})

test.each(['with space', 'amp&ersand', "quo'te", 'per%cent'])('the place %j is refused', async (name) => {
  renameSync(prefix, join(work, name))
  prefix = join(work, name)
  expect(await install(inOurRoot('systemd'))).toEqual({
    said: expect.stringMatching(/move it to a path of letters, digits/),
    code: 70,
  })
})

test('the script of System V starts, shows and stops its daemon', { timeout: 60_000 }, async () => {
  await install(inOurRoot('sysv'))
  const call = async (word: string): Promise<Said> => {
    const { stdout, stderr, retcode } = await run([join(root, 'etc/init.d/salt-minion'), word])
    return { said: `${stdout}${stderr}`, code: retcode }
  }
  expect(await call('status')).toEqual({ said: 'salt-minion is not running\n', code: 3 })
  // Its process has to be named after it: as a start file, which stays.
  writeFileSync(
    join(prefix, 'bin/salt-minion'),
    '#!/bin/sh\necho "$0 $*" > "$(dirname "$0")/started"\ntrap "exit 0" TERM\nwhile :; do sleep 0.1; done\n',
  )
  try {
    expect((await call('start')).said).toMatch(/^salt-minion started \(pid \d+\)\n$/)
    expect(readFileSync(join(prefix, 'bin/started'), 'utf8')).toBe(
      `${prefix}/bin/salt-minion -c ${prefix}/etc\n`,
    )
    expect((await call('start')).said).toMatch(/^salt-minion is running/)
    expect((await call('status')).code).toBe(0)
  } finally {
    expect(await call('stop')).toEqual({ said: 'salt-minion stopped\n', code: 0 })
  }
  expect((await call('status')).code).toBe(3)
})

test('the files are XML: the rule sees what it looks for', () => {
  expect(openElements('<?xml version="1.0"?><a><b x="1"/><!-- <c> --></a>')).toEqual([])
  expect(openElements('<?xml version="1.0"?><a><b></a>')).toEqual(['a', 'b', 'not b: a'])
})

/** Elements that are not closed in their order; nothing for XML that is well formed. */
function openElements(text: string): string[] {
  const open: string[] = []
  const plain = text.replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>/g, '')
  for (const [, end = '', name = '', , single] of plain.matchAll(
    /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>/g,
  )) {
    if (single === '/') continue
    if (end === '') open.push(name)
    else if (open.at(-1) === name) open.pop()
    else open.push(`not ${open.at(-1)}: ${name}`)
  }
  if (/[<>]/.test(plain.replace(/<\/?[\w:-]+(?:\s+[\w:-]+="[^"<&]*")*\s*\/?>/g, '')))
    open.push('something is no element')
  return open
}

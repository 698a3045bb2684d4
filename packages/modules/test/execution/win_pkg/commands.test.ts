// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WindowsMachine } from './windows-machine.ts'

/* Which command lines definitions and arguments become, and what a fault in one of several packages does. */

const digest = createHash('sha256').update('the setup').digest('hex')

/** `app` with more settings, which lists itself once its installer ran, and is gone after any other program. */
function withApp(more: string, name = 'app'): WindowsMachine {
  const machine = new WindowsMachine()
  machine.serve('win/repo-ng/setup.msi', 'the setup')
  machine.serve('win/repo-ng/remove.exe', 'another file')
  define(machine, name, more)
  machine.program = ([, words = '']) => {
    if (words.includes('/remove')) machine.uninstall(name)
    else machine.install(name, name, '1')
    return 0
  }
  return machine
}

function define(machine: WindowsMachine, name: string, more: string): void {
  const lines = ['installer: salt://win/repo-ng/setup.msi', `full_name: ${name}`, ...more.split('\n')]
  machine.serve(
    `win/repo-ng/${name}.sls`,
    `${name}:\n  '1':\n${lines.map((line) => `    ${line}\n`).join('')}`,
  )
}

const started = (machine: WindowsMachine) => machine.started.map(({ argv }) => argv.join(' '))
const served = (machine: WindowsMachine, name: string) =>
  join(machine.directory, 'srv/win/repo-ng', name).replaceAll('/', '\\')

test('extra_install_flags are for a single package, extra_uninstall_flags for all', async () => {
  using machine = withApp('install_flags: /S\nuninstaller: C:\\app.exe\nuninstall_flags: /remove')
  define(machine, 'other', 'install_flags: /S\nuninstaller: C:\\other.exe\nuninstall_flags: /remove')
  const setup = served(machine, 'setup.msi')
  machine.program = ([program = '', words = '']) => {
    for (const name of ['app', 'other']) {
      if (!words.includes('/remove')) machine.install(name, name, '1')
      else if (program.includes(name)) machine.uninstall(name)
    }
    return 0
  }
  await machine.call('pkg.install', ['app'], { extra_install_flags: '/X' })
  await machine.call('pkg.install', [], { pkgs: ['app'], extra_install_flags: '/X', force: true })
  machine.uninstall('app')
  machine.uninstall('other')
  await machine.call('pkg.install', [], { pkgs: ['app', 'other'], extra_install_flags: '/X' })
  await machine.call('pkg.remove', [], { pkgs: ['app', 'other'], extra_uninstall_flags: '/Y' })
  expect(started(machine)).toEqual([
    ...[`${setup} /S /X`, `${setup} /S /X`, `${setup} /S`, `${setup} /S`],
    ...['C:\\app.exe /remove /Y', 'C:\\other.exe /remove /Y'],
  ])
})

test('msiexec: a path that is no file stands for the one of Windows', async () => {
  using machine = withApp("msiexec: 'C:\\none\\msiexec.exe'\nuninstaller: '{1}'\nuninstall_flags: /remove")
  await machine.call('pkg.install', ['app'])
  await machine.call('pkg.remove', ['app'])
  expect(started(machine)).toEqual([
    `msiexec.exe /I "${served(machine, 'setup.msi')}" ALLUSERS=1`,
    'msiexec.exe /X "{1}" /remove',
  ])
  machine.started.length = 0
  const own = join(machine.directory, 'srv/win/repo-ng/remove.exe')
  process.env['HALITE_MSIEXEC'] = own
  define(machine, 'app', "msiexec: '%HALITE_MSIEXEC%'")
  await machine.call('pkg.refresh_db')
  await machine.call('pkg.install', ['app'])
  delete process.env['HALITE_MSIEXEC']
  expect(machine.started[0]?.argv[0]).toBe(own.replaceAll('/', '\\'))
})

test('source_hash and cache_file belong to the installer, and not to an uninstaller of its own', async () => {
  using machine = withApp(
    `source_hash: SHA256 = ${digest.toUpperCase()}\nuninstaller: salt://win/repo-ng/remove.exe\nuninstall_flags: /remove`,
  )
  expect(await machine.returned('pkg.install', ['app'])).toEqual({ app: { old: '', new: '1' } })
  expect(await machine.returned('pkg.remove', ['app'])).toEqual({ app: { old: '1', new: '' } })
  define(machine, 'app', 'cache_file: salt://none.cab\nuninstaller: C:\\a.exe\nuninstall_flags: /remove')
  await machine.call('pkg.refresh_db')
  expect(await machine.call('pkg.install', ['app'])).toMatchObject({
    return: { app: { 'failed to cache cache_file': 'salt://none.cab' } },
    retcode: 1,
  })
  machine.install('app', 'app', '1')
  expect(await machine.returned('pkg.remove', ['app'])).toEqual({ app: { old: '1', new: '' } })
})

test('an installer that is its own uninstaller is verified for both', async () => {
  using machine = withApp(`source_hash: sha256=${'0'.repeat(64)}\nuninstall_flags: /remove`)
  machine.install('app', 'app', '1')
  expect(await machine.call('pkg.remove', ['app'])).toMatchObject({
    return: expect.stringContaining('does not match package hash'),
    success: false,
  })
  expect(machine.started).toEqual([])
})

test('an installer that is not fetched is verified too', async () => {
  using machine = withApp('')
  machine.serve(
    'win/repo-ng/app.sls',
    `app:\n  '1':\n    full_name: app\n    installer: 'C:\\none.exe'\n    source_hash: sha256=${digest}\n`,
  )
  expect(await machine.call('pkg.install', ['app'])).toMatchObject({ success: false })
  expect(machine.started).toEqual([])
})

test('what is wrong with one package does not hide that another was installed', async () => {
  using machine = withApp('')
  machine.serve(
    'win/repo-ng/bad.sls',
    `bad:\n  '1':\n    full_name: bad\n    installer: 'C:\\a" & calc & ".exe'\n`,
  )
  expect(await machine.call('pkg.install', [], { pkgs: ['app', 'bad'] })).toMatchObject({
    return: {
      app: { old: '', new: '1' },
      bad: { 'install status': 'failed', comment: expect.stringContaining('cannot be a path on Windows') },
    },
    retcode: 1,
  })
  expect(machine.started).toHaveLength(1)
})

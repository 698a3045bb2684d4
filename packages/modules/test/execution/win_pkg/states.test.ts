// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { WindowsMachine } from './windows-machine.ts'

const versionOf = (version: string) => `
  '${version}':
    installer: salt://win/repo-ng/app-${version}.exe
    full_name: App
    uninstaller: C:\\App\\uninstall-${version}.exe
`

describe('the states pkg.*', () => {
  test('installed: the newest of a package, which any version satisfies later', async () => {
    using machine = withApp()
    expect(await single(machine, 'installed', { test: true })).toMatchObject({
      result: null,
      changes: { app: { old: '', new: '2.0' } },
      comment: 'The following packages would be installed/updated: app',
    })
    expect(machine.started).toEqual([])
    expect(await single(machine, 'installed')).toMatchObject({
      result: true,
      changes: { app: { old: '', new: '2.0' } },
      comment: 'The following packages were installed/updated: app',
    })
    expect(await single(machine, 'installed')).toMatchObject({
      result: true,
      changes: {},
      comment: 'All specified packages are already installed',
    })
    expect(await single(machine, 'installed', { version: '1.0', allow_updates: true })).toMatchObject({
      ...{ result: true, changes: {} },
    })
    expect(await single(machine, 'installed', { version: '1.0' })).toMatchObject({
      result: true,
      changes: { app: { old: '2.0', new: '1.0' } },
      comment: 'The following packages were installed/updated: app=1.0',
    })
    expect(await single(machine, 'installed')).toMatchObject({ result: true, changes: {} })
    expect(await single(machine, 'installed', { version: '1.*' })).toMatchObject({
      result: true,
      changes: {},
    })
    expect(await single(machine, 'installed', { version: '==2.0', test: true })).toMatchObject({
      ...{ result: null, changes: { app: { old: '1.0', new: '2.0' } } },
    })
    expect(await single(machine, 'installed', { version: 'latest' })).toMatchObject({
      ...{ result: true, changes: { app: { old: '1.0', new: '2.0' } } },
    })
    const again = { reinstall: true }
    expect(await single(machine, 'installed', again)).toMatchObject({ result: false, changes: {} })
    expect(machine.started).toHaveLength(4)
  })

  test('installed: a list, an unknown package, and an installer that fails', async () => {
    using machine = withApp()
    expect(await single(machine, 'installed', { pkgs: [{ app: '>=1.0' }, 'none'] })).toMatchObject({
      result: false,
      comment: expect.stringContaining('none: Unable to locate package none'),
    })
    expect(await single(machine, 'installed', { pkgs: [{ app: '1.0' }] })).toMatchObject({ result: true })
    expect(await single(machine, 'installed', { pkgs: ['app'] })).toMatchObject({
      result: true,
      comment: 'All specified packages are already installed',
    })
    expect(await single(machine, 'installed', { pkgs: [{ app: '>=0.5' }] })).toMatchObject({
      result: true,
      comment: 'All specified packages are already installed and are at the desired version',
    })
    expect(await single(machine, 'installed', { name: 'none' })).toMatchObject({
      result: false,
      comment: 'The following packages failed to install/update: none\nnone: Unable to locate package none',
    })
    machine.program = () => 1603
    expect(await single(machine, 'installed', { version: '2.0' })).toMatchObject({
      result: false,
      changes: {},
      comment:
        'The following packages failed to install/update: app=2.0\napp: install status: failed, exit code: 1603',
    })
  })

  test('installed: definitions are looked for once in a run, where they are not quite new', async () => {
    using machine = withApp()
    machine.options = { winrepo_cache_expire_min: 0 }
    await machine.call('pkg.refresh_db')
    machine.serve('win/repo-ng/app.sls', `app:\n${versionOf('3.0')}`)
    machine.serve('win/repo-ng/app-3.0.exe', '')
    expect(await single(machine, 'installed', { version: '3.0', refresh: false })).toMatchObject({
      comment: 'The following packages failed to install/update: app=3.0\napp: not found: 3.0',
    })
    expect(await single(machine, 'installed', { version: '3.0' })).toMatchObject({
      changes: { app: { old: '', new: '3.0' } },
    })
  })

  test('latest and uptodate', async () => {
    using machine = withApp()
    machine.install('app', 'App', '1.0')
    expect(await single(machine, 'uptodate', { test: true })).toMatchObject({
      ...{ result: null, comment: 'System update will be performed' },
      changes: { app: { old: '1.0', new: '2.0' } },
    })
    expect(await single(machine, 'latest')).toMatchObject({
      result: true,
      changes: { app: { old: '1.0', new: '2.0' } },
      comment: 'The following packages were successfully installed/upgraded: app',
    })
    expect(await single(machine, 'latest')).toMatchObject({
      ...{ result: true, changes: {}, comment: 'Package app is already up-to-date' },
    })
    expect(await single(machine, 'latest', { name: 'none' })).toMatchObject({
      ...{ result: false, comment: "No information found for 'none'." },
    })
    expect(await single(machine, 'uptodate')).toMatchObject({
      ...{ result: true, comment: 'System is already up-to-date' },
    })
    machine.install('app', 'App', '1.0')
    expect(await single(machine, 'uptodate')).toMatchObject({
      ...{ result: true, comment: 'Upgrade ran successfully' },
    })
  })

  test('removed and purged', async () => {
    using machine = withApp()
    expect(await single(machine, 'removed')).toMatchObject({
      ...{ result: true, changes: {}, comment: 'All specified packages are already absent' },
    })
    expect(await single(machine, 'purged')).toMatchObject({
      comment: 'None of the targeted packages are installed or partially installed',
    })
    expect(await single(machine, 'removed', { version: '1.0' })).toMatchObject({
      ...{ result: true, comment: 'All specified packages are already absent' },
    })
    machine.install('app', 'App', '2.0')
    expect(await single(machine, 'removed', { version: 'latest' })).toMatchObject({
      result: true,
      changes: {},
    })
    expect(await single(machine, 'removed', { version: '1.0' })).toMatchObject({
      comment: 'All specified packages (matching specified versions) are already absent',
    })
    expect(await single(machine, 'removed', { test: true })).toMatchObject({
      ...{ result: null, comment: 'The following packages will be removed: app.' },
    })
    expect(await single(machine, 'purged')).toMatchObject({
      ...{
        result: true,
        changes: { app: { old: '2.0', new: '' } },
        comment: 'All targeted packages were purged.',
      },
    })
    machine.install('app', 'App', '2.0')
    machine.program = () => 5
    expect(await single(machine, 'removed')).toMatchObject({
      result: false,
      comment: 'The following packages failed to remove: app.\napp: uninstall status: failed, exit code: 5',
    })
  })

  test('downloaded: the installer is fetched, and nothing runs', async () => {
    using machine = withApp()
    await using server = await webServer()
    machine.serve(
      'win/repo-ng/far.sls',
      `far:\n  '3.0': { installer: '${server.url}/far.exe', full_name: Far }\n`,
    )
    expect(await single(machine, 'downloaded', { name: 'far', test: true })).toMatchObject({
      ...{ result: null, comment: 'The following packages would be downloaded: far' },
    })
    expect(await single(machine, 'downloaded', { name: 'far', version: '3.0' })).toMatchObject({
      ...{ result: true, changes: { far: { old: '', new: { '3.0': { size: 5 } } } } },
    })
    expect(await single(machine, 'downloaded', { name: 'far' })).toMatchObject({ result: true, changes: {} })
    expect(await single(machine, 'downloaded', { name: 'none' })).toMatchObject({ result: false })
    expect(machine.started).toEqual([])
  })

  test('held and unheld: nothing can be held on Windows', async () => {
    using machine = withApp()
    const comment =
      'No any function to get the list of held packages available.\nCheck if the package manager supports package locking.'
    for (const fun of ['held', 'unheld'])
      expect(await single(machine, fun)).toMatchObject({ result: false, changes: {}, comment })
  })
})

async function webServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => response.end('setup'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function single(
  machine: WindowsMachine,
  fun: string,
  { name = 'app', ...kwarg }: Record<string, unknown> = {},
): Promise<unknown> {
  const run = await machine.returned('state.single', [`pkg.${fun}`, name], kwarg)
  return typeof run === 'object' && run !== null && !Array.isArray(run) ? Object.values(run)[0] : run
}

function withApp(): WindowsMachine {
  const machine = new WindowsMachine()
  machine.serve('win/repo-ng/app.sls', `app:\n${versionOf('1.0')}${versionOf('2.0')}`)
  for (const version of ['1.0', '2.0']) machine.serve(`win/repo-ng/app-${version}.exe`, '')
  machine.program = ([program = '']) => {
    const [, version = ''] = /-(\d\.\d)\.exe$/.exec(program) ?? []
    if (program.includes('uninstall')) machine.uninstall('app')
    else machine.install('app', 'App', version)
    return 0
  }
  return machine
}

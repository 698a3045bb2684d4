// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, utimesSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { startFtpServer } from '@halite/testing'
import { describe, expect, test } from 'vitest'
import { WindowsMachine } from './windows-machine.ts'

const definition = (installer: string, more = '') => `
app:
  '1.0':
    installer: '${installer}'
    full_name: Application
    install_flags: /S
    uninstaller: '${installer}'
    uninstall_flags: /remove
${more}`

describe('installers and uninstallers', () => {
  test.each([
    ['a path of the machine', 'C:\\Setups\\a b.exe', 'C:\\Setups\\a b.exe'],
    ['a path with slashes', 'C:/Setups/a.exe', 'C:\\Setups\\a.exe'],
    ['a share', '\\\\server\\share\\a.exe', '\\\\server\\share\\a.exe'],
    ['a share with slashes', '//server/share/a.exe', '\\\\server\\share\\a.exe'],
    ['a path with a variable', '%HALITE_SETUPS%\\a.exe', 'D:\\setups\\a.exe'],
    ['a variable of another kind', '$HALITE_SETUPS/a.exe', 'D:\\setups\\a.exe'],
    ['a variable that nobody has set', '%HALITE_NONE%\\a.exe', '%HALITE_NONE%\\a.exe'],
  ])('%s', async (_what, installer, program) => {
    using machine = withPackage(definition(installer))
    process.env['HALITE_SETUPS'] = 'D:\\setups'
    try {
      expect(await installedAndRemoved(machine)).toEqual([
        [program, '/S'],
        [program, '/remove'],
      ])
    } finally {
      delete process.env['HALITE_SETUPS']
    }
  })

  test('a web server is asked once for both', async () => {
    await using server = await webServer('the setup')
    using machine = withPackage(definition(`${server.url}/files/a.exe`))
    const [install, remove] = await installedAndRemoved(machine)
    const copy = join(machine.directory, 'cache/extrn_files/base', server.host, 'files/a.exe')
    expect([install, remove]).toEqual([
      [copy.replaceAll('/', '\\'), '/S'],
      [copy.replaceAll('/', '\\'), '/remove'],
    ])
    expect(readFileSync(copy, 'utf8')).toBe('the setup')
    expect(server.requests).toEqual(['GET /files/a.exe'])
  })

  test('a web server that has no such file, or is not there', async () => {
    await using server = await webServer('the setup')
    using machine = withPackage(definition(`${server.url}/none.exe`))
    expect(await machine.call('pkg.install', ['app'])).toMatchObject({
      return: expect.stringMatching(/^Failed to cache http:.*none\.exe\n.*404/s),
      retcode: 1,
    })
    expect(machine.started).toEqual([])
  })

  test('an FTP server', async () => {
    const server = await startFtpServer({ 'setups/a.exe': Buffer.from('the setup') })
    using machine = withPackage(definition(`ftp://127.0.0.1:${server.port}/setups/a.exe`))
    const [install] = await installedAndRemoved(machine)
    await server.close()
    expect(readFileSync((install?.[0] ?? '').replaceAll('\\', '/'), 'utf8')).toBe('the setup')
  })

  test('version latest: the URL is asked again each time', async () => {
    await using server = await webServer('the setup')
    const latest = definition(`${server.url}/a.exe`).replace("'1.0'", 'latest')
    using machine = withPackage(latest)
    machine.program = () => 1603
    for (let times = 0; times < 2; times += 1) await machine.call('pkg.install', ['app'])
    expect(server.requests).toEqual(['GET /a.exe', 'GET /a.exe'])
  })
})

describe('installers that are fetched beforehand', () => {
  test('pkg.install downloadonly=True runs nothing', async () => {
    await using server = await webServer('the setup')
    using machine = withPackage(definition(`${server.url}/a.exe`))
    expect(await machine.returned('pkg.list_downloaded')).toEqual({})
    const facts = {
      path: join(machine.directory, 'cache/extrn_files/base', server.host, 'a.exe'),
      size: 9,
      creation_date_time_t: expect.any(Number),
      creation_date_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
    }
    expect(await machine.call('pkg.install', ['app'], { downloadonly: true })).toMatchObject({
      return: { app: { old: '', new: { '1.0': facts } } },
      retcode: 0,
    })
    expect(await machine.returned('pkg.list_downloaded')).toEqual({ app: { '1.0': facts } })
    expect(await machine.returned('pkg.install', ['app'], { downloadonly: true })).toEqual({})
    expect(machine.started).toEqual([])
    expect(await machine.call('pkg.install', ['none'], { downloadonly: true })).toMatchObject({
      return: { none: 'Unable to locate package none' },
      retcode: 1,
    })
  })

  test('a machine that serves itself has them already', async () => {
    using machine = withPackage(definition('salt://win/repo-ng/a.exe'))
    machine.serve('win/repo-ng/a.exe', 'the setup')
    expect(await machine.returned('pkg.list_downloaded')).toMatchObject({
      app: { '1.0': { path: join(machine.directory, 'srv/win/repo-ng/a.exe'), size: 9 } },
    })
  })
})

describe('winrepo_installer_cache_expire', () => {
  test('0 keeps copies; else those that are older go, and no other file', async () => {
    await using server = await webServer('the setup')
    using machine = withPackage(definition(`${server.url}/a.exe`))
    machine.serve('win/repo-ng/b.exe', 'served')
    await machine.call('pkg.install', ['app'], { downloadonly: true })
    const copies = join(machine.directory, 'cache/extrn_files/base', server.host)
    const [copy, served] = [join(copies, 'a.exe'), join(machine.directory, 'srv/win/repo-ng/b.exe')]
    for (const path of [copy, served]) utimesSync(path, 1_000_000, 1_000_000)
    await machine.call('pkg.refresh_db')
    expect(existsSync(copy)).toBe(true)
    machine.options = { winrepo_installer_cache_expire: 3600 }
    await machine.call('pkg.refresh_db')
    expect([existsSync(copy), existsSync(served)]).toEqual([false, true])
    expect(await machine.returned('pkg.list_available', ['app'])).toEqual(['1.0'])
    await machine.call('pkg.install', ['app'], { downloadonly: true })
    await machine.call('pkg.refresh_db')
    expect(existsSync(copy)).toBe(true)
  })
})

/** What `pkg.install` and `pkg.remove` of a package that works start. */
async function installedAndRemoved(machine: WindowsMachine): Promise<(readonly string[])[]> {
  machine.program = ([, flags]) => {
    if (flags === '/remove') machine.uninstall('app')
    else machine.install('app', 'Application', '1.0')
    return 0
  }
  expect(await machine.returned('pkg.install', ['app'])).toEqual({ app: { old: '', new: '1.0' } })
  expect(await machine.returned('pkg.remove', ['app'])).toEqual({ app: { old: '1.0', new: '' } })
  return machine.started.map(({ argv }) => argv)
}

function withPackage(text: string): WindowsMachine {
  const machine = new WindowsMachine()
  machine.serve('win/repo-ng/app.sls', text)
  return machine
}

interface WebServer extends AsyncDisposable {
  readonly url: string
  /** As copies are named after it. */
  readonly host: string
  readonly requests: readonly string[]
}

/** Has one file under every name but `none.exe`. */
async function webServer(content: string): Promise<WebServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    const isThere = !request.url?.includes('none')
    response.writeHead(isThere ? 200 : 404).end(isThere ? content : 'no')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1${port}`,
    requests,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { WindowsMachine } from './windows-machine.ts'

const installer = 'the installer'
const definition = `
app:
  '1.0':
    installer: salt://win/repo-ng/app/app-1.0.msi
    full_name: Application 1.0
    install_flags: /qn
    msiexec: True
    uninstaller: '{23170F69-40C1-2702-0920-000001000000}'
    uninstall_flags: /qn /norestart
  '2.0':
    installer: salt://win/repo-ng/app/app-2.0.exe
    full_name: Application 2.0
    install_flags: /S
    uninstaller: '%ProgramFiles%/Application/uninstall.exe'
    uninstall_flags: /S
`

/** Installs 2.0 in place of what is there. */
function upgrade(machine: WindowsMachine): number {
  machine.uninstall('app1')
  machine.install('app2', 'Application 2.0', '2.0')
  return 0
}

describe('pkg.install', () => {
  test('runs the newest installer in its directory, and returns what changed', async () => {
    using machine = withApp()
    machine.program = () => upgrade(machine)
    expect(await machine.call('pkg.install', ['app'])).toMatchObject({
      return: { app: { old: '', new: '2.0' } },
      retcode: 0,
    })
    const directory = join(machine.directory, 'srv/win/repo-ng/app')
    const path = `${directory}/app-2.0.exe`.replaceAll('/', '\\')
    expect(machine.started).toEqual([{ argv: [path, '/S'], cwd: directory }])
  })

  test('installs an older version, by msiexec, and then the newer one over it', async () => {
    using machine = withApp()
    machine.program = (argv) => {
      if (argv[0] !== 'msiexec.exe') return upgrade(machine)
      machine.install('app1', 'Application 1.0', '1.0')
      return 0
    }
    const older = await machine.returned('pkg.install', ['app'], { version: '1.0' })
    expect(older).toEqual({ app: { old: '', new: '1.0' } })
    const path = join(machine.directory, 'srv/win/repo-ng/app/app-1.0.msi').replaceAll('/', '\\')
    expect(machine.started[0]?.argv).toEqual(['msiexec.exe', `/I "${path}" ALLUSERS=1 /qn`])
    expect(await machine.returned('pkg.install', ['app'])).toEqual({})
    expect(await machine.returned('pkg.upgrade_available', ['app'])).toBe(true)
    expect(await machine.returned('pkg.list_upgrades')).toEqual({ app: '2.0' })
    expect(await machine.returned('pkg.upgrade')).toEqual({ app: { old: '1.0', new: '2.0' } })
    expect(await machine.returned('pkg.upgrade')).toEqual({})
    expect(await machine.returned('pkg.list_pkgs')).toEqual({ app: '2.0' })
  })

  test('takes a full name, a list, and names with commas between', async () => {
    using machine = withApp()
    machine.program = () => {
      machine.install('app1', 'Application 1.0', '1.0')
      return 0
    }
    expect(await machine.returned('pkg.install', ['Application 1.0'])).toEqual({
      app: { old: '', new: '1.0' },
    })
    expect(await machine.call('pkg.install', ['app,none'])).toMatchObject({
      return: { none: 'Unable to locate package none' },
      retcode: 1,
    })
    expect(await machine.call('pkg.install', [], { pkgs: [{ app: '3.0' }] })).toMatchObject({
      return: { app: { 'not found': '3.0' } },
      retcode: 1,
    })
    machine.uninstall('app1')
    expect(await machine.call('pkg.install', ['app,none'], { version: '1.0' })).toMatchObject({
      return: { app: { old: '', new: '1.0' }, none: 'Unable to locate package none' },
    })
    expect(await machine.call('pkg.install')).toMatchObject({
      return: 'Must pass a single package or a list of packages',
      retcode: 1,
    })
  })

  test.each([
    [3010, { app: { old: '', new: '2.0' } }, 0],
    [1641, { app: { old: '', new: '2.0' } }, 0],
    [1603, { app: { 'install status': 'failed', 'exit code': 1603 } }, 1],
    [-1, { app: { 'install status': 'failed', 'exit code': 4_294_967_295 } }, 1],
  ])('exit code %i', async (code, expected, retcode) => {
    using machine = withApp()
    machine.program = () => {
      if (retcode === 0) upgrade(machine)
      return code
    }
    expect(await machine.call('pkg.install', ['app'])).toMatchObject({ return: expected, retcode })
  })

  test('names what appeared in place of what the definition says', async () => {
    using machine = withApp()
    machine.program = () => {
      machine.install('app2', 'Application (x64)', '2.0')
      return 0
    }
    expect(await machine.returned('pkg.install', ['app'])).toEqual({
      app: {
        'install status': 'success',
        comment:
          "app 2.0 is not in Add/Remove Programs as 'Application 2.0', although its installer reported success: what appeared is 'Application (x64)' version '2.0'. Write into its definition: full_name: 'Application (x64)'",
      },
      'Application (x64)': { old: '', new: '2.0' },
    })
  })

  test('names the version that appeared', async () => {
    using machine = withApp()
    machine.program = () => {
      machine.install('app2', 'Application 2.0', '2.0.1')
      return 0
    }
    expect(await machine.returned('pkg.install', ['app'])).toEqual({
      app: {
        old: '',
        new: '2.0.1',
        comment: expect.stringContaining("write '2.0.1' in place of '2.0' in its definition"),
      },
    })
  })

  test('software that has no version in the registry is the version that has its name', async () => {
    using machine = withApp()
    machine.program = () => {
      machine.install('app2', 'Application 2.0')
      return 0
    }
    expect(await machine.returned('pkg.install', ['app'])).toEqual({ app: { old: '', new: '2.0' } })
    expect(await machine.returned('pkg.install', ['app'])).toEqual({})
  })

  test('where several versions have that name, the answer asks for a rule', async () => {
    using machine = withApp()
    machine.serve('win/repo-ng/app/init.sls', definition.replaceAll(/Application [12]\.0/g, 'Application'))
    machine.program = () => {
      machine.install('app', 'Application')
      return 0
    }
    expect(await machine.returned('pkg.install', ['app'], { version: '1.0' })).toMatchObject({
      app: { comment: expect.stringContaining('Say in its definition how each is detected (detect).') },
    })
  })

  test('waits for a registry that lags behind', async () => {
    using machine = withApp()
    machine.program = () => {
      setTimeout(() => upgrade(machine), 150)
      return 0
    }
    expect(await machine.returned('pkg.install', ['app'])).toEqual({ app: { old: '', new: '2.0' } })
  })

  test('runs nothing whose hash is another', async () => {
    using machine = withApp()
    const good = createHash('sha256').update(installer).digest('hex')
    const hashed = (hash: string) =>
      machine.serve('win/repo-ng/app/init.sls', `${definition}    source_hash: ${hash}\n`)
    hashed(`sha256=${'0'.repeat(64)}`)
    const refused = await machine.call('pkg.install', ['app'])
    expect(refused).toMatchObject({
      return: expect.stringContaining(
        `Source hash '${'0'.repeat(64)}' does not match package hash '${good}'`,
      ),
      success: false,
    })
    expect(machine.started).toEqual([])
    hashed(`sha256=${good}`)
    machine.program = () => upgrade(machine)
    await machine.call('pkg.refresh_db')
    expect(await machine.returned('pkg.install', ['app'])).toEqual({ app: { old: '', new: '2.0' } })
  })

  test('says what could not be fetched, and that a definition has no installer', async () => {
    using machine = withApp()
    machine.serve(
      'win/repo-ng/gone.sls',
      "gone:\n  '1':\n    installer: salt://none.exe\n    full_name: Gone\n",
    )
    machine.serve('win/repo-ng/none.sls', "none:\n  '1':\n    full_name: None\n")
    expect(await machine.call('pkg.install', ['gone,none'])).toMatchObject({
      return: { gone: { 'unable to cache': 'salt://none.exe' }, none: { 'no installer': '1' } },
      retcode: 1,
    })
  })

  test('a path of this machine may hold variables, and no quote', async () => {
    using machine = withApp()
    const local = (path: string) =>
      machine.serve(
        'win/repo-ng/local.sls',
        `local:\n  '1':\n    installer: '${path}'\n    full_name: Local\n`,
      )
    process.env['HALITE_INSTALLERS'] = 'D:\\installers'
    local('%HALITE_INSTALLERS%/a b.exe')
    machine.program = () => {
      machine.install('local', 'Local', '1')
      return 0
    }
    await machine.call('pkg.install', ['local'])
    delete process.env['HALITE_INSTALLERS']
    expect(machine.started.map(({ argv }) => argv)).toEqual([['D:\\installers\\a b.exe']])
    local('C:\\a" & calc & ".exe')
    await machine.call('pkg.refresh_db')
    machine.uninstall('local')
    expect(await machine.call('pkg.install', ['local'])).toMatchObject({ success: false })
    expect(machine.started).toHaveLength(1)
  })
})

describe('pkg.remove', () => {
  test('uninstalls by product code, once', async () => {
    using machine = withApp()
    machine.install('app1', 'Application 1.0', '1.0')
    machine.program = () => {
      setTimeout(() => machine.uninstall('app1'), 150)
      return 0
    }
    expect(await machine.returned('pkg.remove', ['app'])).toEqual({ app: { old: '1.0', new: '' } })
    expect(machine.started[0]?.argv).toEqual([
      'msiexec.exe',
      '/X "{23170F69-40C1-2702-0920-000001000000}" /qn /norestart',
    ])
    expect(await machine.call('pkg.purge', ['app'])).toMatchObject({
      return: { app: { current: 'not installed' } },
      retcode: 0,
    })
  })

  test('removes of several versions those that have a definition, and says which remain', async () => {
    using machine = withApp()
    machine.install('app1', 'Application 1.0', '1.0')
    machine.install('app2', 'Application 2.0', '2.5')
    machine.program = () => {
      machine.uninstall('app1')
      return 0
    }
    expect(await machine.call('pkg.remove', ['app'])).toMatchObject({
      return: { app: { old: '1.0,2.5', new: '2.5', current: '2.5 no definition, cannot removed' } },
      retcode: 1,
    })
    expect(machine.started).toHaveLength(1)
  })

  test('removes of several versions those whose uninstaller is there, and says which is not', async () => {
    using machine = withApp()
    machine.serve(
      'win/repo-ng/app/init.sls',
      definition.replace("'%ProgramFiles%/Application/uninstall.exe'", 'salt://gone.exe'),
    )
    machine.install('app1', 'Application 1.0', '1.0')
    machine.install('app2', 'Application 2.0', '2.0')
    machine.program = () => {
      machine.uninstall('app1')
      return 0
    }
    expect(await machine.call('pkg.remove', ['app'])).toMatchObject({
      return: { app: { old: '1.0,2.0', new: '2.0', 'unable to cache': 'salt://gone.exe' } },
      retcode: 1,
    })
  })

  test('a version is for all of several names', async () => {
    using machine = withApp()
    machine.install('app1', 'Application 1.0', '1.0')
    machine.install('app2', 'Application 2.0', '2.0')
    machine.program = () => {
      machine.uninstall('app1')
      return 0
    }
    expect(await machine.returned('pkg.remove', ['app,app,none'], { version: '1.0' })).toEqual({
      app: { old: '1.0,2.0', new: '2.0' },
      none: 'Unable to locate package none',
    })
    expect(machine.started).toHaveLength(1)
  })

  test.each([[['app', 'app']], [[{ app: '1.0' }, { app: '2.0' }]], [['app', 'Application 1.0']]])(
    'a package is not listed twice: %j',
    async (...[pkgs]) => {
      using machine = withApp()
      machine.install('app1', 'Application 1.0', '1.0')
      for (const fun of ['pkg.install', 'pkg.remove']) {
        expect(await machine.call(fun, [], { pkgs })).toMatchObject({
          return: expect.stringContaining('the list names app twice'),
          success: false,
        })
      }
      expect(machine.started).toEqual([])
    },
  )

  test('tells when the version is another, has no definition, or does not go', async () => {
    using machine = withApp()
    machine.install('app2', 'Application 2.0', '2.5')
    expect(await machine.call('pkg.remove', ['app'], { version: '1.0' })).toMatchObject({
      return: { app: { current: '1.0 not installed' } },
    })
    expect(await machine.call('pkg.remove', ['app'])).toMatchObject({
      return: { app: { current: '2.5 no definition, cannot removed' } },
      retcode: 1,
    })
    machine.install('app2', 'Application 2.0', '2.0')
    machine.program = () => 5
    expect(await machine.call('pkg.remove', ['app'])).toMatchObject({
      return: { app: { 'uninstall status': 'failed', 'exit code': 5 } },
      retcode: 1,
    })
  })
})

test('an installer of Salt itself runs as a task', async () => {
  using machine = new WindowsMachine()
  machine.serve('win/repo-ng/salt/setup.exe', installer)
  machine.serve(
    'win/repo-ng/salt/init.sls',
    "tool:\n  '1':\n    installer: salt://win/repo-ng/salt/setup.exe\n    full_name: Tool\n    install_flags: /S\n    use_scheduler: True\n",
  )
  machine.program = (argv) => {
    if (argv[1] === '/run') machine.install('tool', 'Tool', '1')
    return 0
  }
  machine.printed = (argv) => (argv[1] === '/query' ? '"H","\\x","N/A","Ready","x","x","0","y"\r\n' : '')
  expect(await machine.returned('pkg.install', ['tool'])).toEqual({ tool: { old: '', new: '1' } })
  expect(machine.started.map(({ argv }) => argv[1])).toEqual(['/create', '/run', '/query'])
})

function withApp(): WindowsMachine {
  const machine = new WindowsMachine()
  machine.serve('win/repo-ng/app/init.sls', definition)
  machine.serve('win/repo-ng/app/app-1.0.msi', installer)
  machine.serve('win/repo-ng/app/app-2.0.exe', installer)
  return machine
}

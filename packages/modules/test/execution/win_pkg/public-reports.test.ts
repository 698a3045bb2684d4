// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { uninstall, WindowsMachine } from './windows-machine.ts'

/* Situations that users of Salt reported publicly, by the numbers of their reports: saltstack/salt unless said otherwise. */

const installer = 'salt://win/repo-ng/setup.exe'

/** A machine with one definition, whose installer lists `shown` as it comes: full name, then version. */
function withPackage(name: string, definition: string, shown: readonly [string, string?]): WindowsMachine {
  const machine = new WindowsMachine()
  machine.serve('win/repo-ng/setup.exe', 'an installer')
  machine.serve(`win/repo-ng/${name}.sls`, `${name}:\n${definition}`)
  machine.program = () => {
    machine.install(name, ...shown)
    return 0
  }
  return machine
}

async function installed(machine: WindowsMachine, name: string, version?: string): Promise<unknown> {
  const run = await machine.returned('state.single', ['pkg.installed', name], version ? { version } : {})
  return Object.values(run as object)[0]
}

describe('a success that is reported as a failure', () => {
  test.each([
    [
      '42653, 48682, 59992',
      'latest',
      ['Zabbix Agent', '3.4.10.0'],
      "'3.4.10.0': with full_name: 'Zabbix Agent'",
    ],
    ['53955', '3.4.10.0', ['Zabbix Agent', '3.4.10.0'], "full_name: 'Zabbix Agent'"],
    [
      '60263',
      '34100',
      ['Zabbix Agent 3.4.10.0', '3.4.10.0'],
      "'3.4.10.0': with full_name: 'Zabbix Agent 3.4.10.0'",
    ],
  ] as const)(
    '%s: the comment shows what appeared, and the line to write',
    async (_, version, shown, line) => {
      const definition = `  '${version}': { full_name: Zabbix-Agent, installer: '${installer}' }\n`
      using machine = withPackage('zabbix-agent', definition, shown)
      expect(await installed(machine, 'zabbix-agent')).toMatchObject({
        result: false,
        comment: expect.stringContaining(`Write into its definition: ${line}`),
        changes: { [shown[0]]: { old: '', new: '3.4.10.0' } },
      })
    },
  )

  test.each(['32962', 'salt-winrepo-ng 332'])(
    '%s: a version `latest` is whatever its installer brings',
    async () => {
      const definition = `  latest: { full_name: Google Chrome, installer: '${installer}' }\n`
      using machine = withPackage('chrome', definition, ['Google Chrome', '66.153.16478'])
      expect(await installed(machine, 'chrome')).toMatchObject({
        result: true,
        changes: { chrome: { old: '', new: '66.153.16478' } },
      })
      expect(await installed(machine, 'chrome')).toMatchObject({ result: true, changes: {} })
    },
  )

  test('salt-winrepo-ng 335: software without a version in the registry', async () => {
    const definition = `  '1.6.1': { full_name: Apache CouchDB 1.6.1, installer: '${installer}' }\n`
    using machine = withPackage('couchdb', definition, ['Apache CouchDB 1.6.1'])
    expect(await installed(machine, 'couchdb', '1.6.1')).toMatchObject({
      result: true,
      changes: { couchdb: { old: '', new: '1.6.1' } },
    })
  })

  test('48931: a registry that lags behind its installer', async () => {
    const definition = `  '3.0.3': { full_name: VLC, installer: '${installer}' }\n`
    using machine = withPackage('vlc', definition, ['VLC', '3.0.3'])
    machine.program = () => {
      setTimeout(() => machine.install('vlc', 'VLC', '3.0.3'), 300)
      return 0
    }
    expect(await machine.returned('pkg.install', ['vlc'])).toEqual({ vlc: { old: '', new: '3.0.3' } })
  })

  test('28218: software of 64 bits, of 32 bits, and of the user whom the minion runs as', async () => {
    const versions = ['64', '32', 'user'].map((each) => `  '${each}': { full_name: App ${each} }\n`)
    using machine = withPackage('app', versions.join(''), ['App'])
    const listed = (each: string) => ({
      DisplayName: `App ${each}`,
      DisplayVersion: each,
      UninstallString: 'x',
    })
    machine.keys[`${uninstall}\\app`] = listed('64')
    machine.keys32[`${uninstall}\\app`] = listed('32')
    machine.keys[`${uninstall.replace('HKLM', 'HKU\\S-1-5-18')}\\app`] = listed('user')
    expect(await machine.returned('pkg.list_pkgs')).toEqual({ app: '32,64,user' })
  })
})

describe('the set-up of the repository', () => {
  const definition = "putty: { '0.62': { full_name: PuTTY version 0.62 } }\n"

  test.each([
    ['41511', 'win/other/putty.sls', 'there are definitions below salt://win/other'],
    [
      '40214',
      'win/salt-winrepo-ng/salt-winrepo-ng/putty.sls',
      'there are definitions below salt://win/salt-winrepo-ng.',
    ],
    ['60607', 'winrepo/a/putty.sls', 'there are definitions below salt://winrepo.'],
    ['44426', 'win/repo/putty.sls', 'there are definitions below salt://win/repo.'],
    ['63519', 'win/repo-ng/README.md', '1 file, and no definition (*.sls)'],
  ])('%s: a total of 0 says where it looked, and what is there', async (_, path, what) => {
    using machine = new WindowsMachine()
    machine.serve(path, definition)
    expect(await machine.returned('pkg.refresh_db')).toMatchObject({
      ...{ total: 0, success: 0, failed: 0 },
      comment: expect.stringContaining(what),
    })
  })

  test.each(['18919', '28162', '29046'])(
    '%s: a refresh without definitions is neither empty nor True',
    async () => {
      using machine = new WindowsMachine()
      expect(await machine.returned('pkg.refresh_db')).toMatchObject({
        total: 0,
        comment: expect.stringContaining('winrepo_source_dir'),
      })
    },
  )

  test('25258: a refresh has the versions that were added to a definition', async () => {
    using machine = new WindowsMachine()
    machine.serve('win/repo-ng/putty.sls', definition)
    await machine.call('pkg.refresh_db')
    machine.serve(
      'win/repo-ng/putty.sls',
      definition.replace(' } }', " }, '0.64': { full_name: PuTTY version 0.64 } }"),
    )
    expect(await machine.returned('pkg.refresh_db')).toEqual({ total: 1, success: 1, failed: 0 })
    expect(await machine.returned('pkg.list_available', ['putty'])).toEqual(['0.62', '0.64'])
  })

  test('10948, 34497: pkg.available_version of known and unknown packages', async () => {
    using machine = new WindowsMachine()
    machine.serve('win/repo-ng/putty.sls', definition)
    expect(await machine.returned('pkg.available_version', ['putty'])).toEqual({
      putty: { '0.62': 'PuTTY version 0.62' },
    })
    expect(await machine.call('pkg.available_version', ['firefox'])).toMatchObject({
      return: {},
      success: true,
    })
    expect(await machine.call('pkg.latest_version', ['firefox'])).toMatchObject({ return: '', success: true })
  })
})

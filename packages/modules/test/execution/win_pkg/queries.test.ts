// SPDX-License-Identifier: Apache-2.0
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { uninstall, WindowsMachine } from './windows-machine.ts'

const definitions = `
firefox:
  '17.0.1': { full_name: 'Mozilla Firefox 17.0.1 (x86 en-US)' }
  '16.0.2': { full_name: 'Mozilla Firefox 16.0.2 (x86 en-US)' }
  '9.0': { full_name: 'Mozilla Firefox 9.0 (x86 en-US)' }
café:
  '1.0': { full_name: 'Café 日本' }
unversioned:
  '4.2': { full_name: 'Without a version' }
`

describe('what can be installed', () => {
  test('versions of packages', async () => {
    using machine = withDefinitions()
    const names = {
      '9.0': 'Mozilla Firefox 9.0 (x86 en-US)',
      '16.0.2': 'Mozilla Firefox 16.0.2 (x86 en-US)',
      '17.0.1': 'Mozilla Firefox 17.0.1 (x86 en-US)',
    }
    const versions = ['9.0', '16.0.2', '17.0.1']
    expect(await machine.returned('pkg.available_version', ['firefox'])).toEqual({ firefox: names })
    expect(await machine.returned('pkg.list_available', ['firefox'])).toEqual(versions)
    expect(await machine.returned('pkg.list_available', ['firefox'], { reverse_sort: true })).toEqual(
      versions.toReversed(),
    )
    expect(await machine.returned('pkg.list_available', ['none'])).toBe('')
    expect(await machine.returned('pkg.list_available')).toBe('')
    expect(await machine.returned('pkg.list_available', ['firefox'], { return_dict_always: true })).toEqual({
      firefox: versions,
    })
    expect(await machine.returned('pkg.list_available', ['firefox', 'café', 'none'])).toEqual({
      firefox: versions,
      café: ['1.0'],
    })
    expect(await machine.returned('pkg.list_repo_pkgs', ['fire*', 'caf?=1.0'])).toEqual({
      firefox: versions.toReversed(),
      café: ['1.0'],
    })
    expect(Object.keys((await machine.returned('pkg.list_repo_pkgs')) as object)).toEqual([
      ...['firefox', 'café', 'unversioned'],
    ])
    expect(await machine.returned('pkg.get_package_info', ['none'])).toEqual({})
    expect(await machine.returned('pkg.get_repo_data')).toMatchObject({ name_map: { 'Café 日本': 'café' } })
  })

  test('newer versions than those that are installed', async () => {
    using machine = withDefinitions()
    machine.install('f', 'Mozilla Firefox 16.0.2 (x86 en-US)', '16.0.2')
    machine.install('c', 'Café 日本', '1.0')
    expect(await machine.returned('pkg.latest_version', ['firefox'])).toBe('17.0.1')
    expect(await machine.returned('pkg.latest_version', ['firefox', 'café', 'none'])).toEqual({
      ...{ firefox: '17.0.1', café: '', none: '' },
    })
    expect(await machine.returned('pkg.latest_version')).toBe('')
    expect(await machine.returned('pkg.upgrade_available', ['firefox'])).toBe(true)
    expect(await machine.returned('pkg.upgrade_available', ['café'])).toBe(false)
    expect(await machine.returned('pkg.list_upgrades')).toEqual({ firefox: '17.0.1' })
  })
})

describe('what is installed', () => {
  test('by the names of the repository', async () => {
    using machine = withDefinitions()
    machine.install('f', 'Mozilla Firefox 17.0.1 (x86 en-US)', '17.0.1')
    machine.install('c', 'Café 日本', '1.0')
    machine.install('u', 'Without a version')
    machine.install('n', 'Notepad++', '6.4.2')
    machine.keys32[`${uninstall}\\n`] = {
      DisplayName: 'Notepad++',
      DisplayVersion: '6.4.1',
      UninstallString: 'x',
    }
    machine.keys[`${uninstall}\\part`] = {
      ...{ DisplayName: 'Part', DisplayVersion: '1', UninstallString: 'x', SystemComponent: 1 },
    }
    machine.keys[`${uninstall}\\kb`] = { DisplayName: 'KB123456', DisplayVersion: '1', UninstallString: 'x' }
    const programs = { firefox: '17.0.1', café: '1.0', unversioned: '4.2', 'Notepad++': '6.4.1,6.4.2' }
    expect(await machine.returned('pkg.list_pkgs')).toEqual({ ...programs, Part: '1', KB123456: '1' })
    const only = { include_components: false, include_updates: false }
    expect(await machine.returned('pkg.list_pkgs', [], only)).toEqual(programs)
    expect(await machine.returned('pkg.list_pkgs', [true], only)).toMatchObject({
      'Notepad++': ['6.4.1', '6.4.2'],
    })
    expect(await machine.returned('pkg.list_pkgs', [], { removed: true })).toEqual({})
    expect(await machine.returned('pkg.version', ['firefox'])).toBe('17.0.1')
    expect(await machine.returned('pkg.version', ['none'])).toBe('')
    expect(await machine.returned('pkg.version', ['firefox', 'none'])).toEqual({
      firefox: '17.0.1',
      none: '',
    })
  })

  test('of Windows Installer, where it knows the product, and of users', async () => {
    using machine = withDefinitions()
    const code = '{23170F69-40C1-2702-0920-000001000000}'
    const packed = '96F071321C0420729002000010000000'
    const msi = { DisplayName: 'By MSI', DisplayVersion: '1', UninstallString: 'x', WindowsInstaller: 1 }
    machine.keys[`${uninstall}\\${code}`] = msi
    expect(await machine.returned('pkg.list_pkgs')).toEqual({})
    machine.keys[`HKLM\\Software\\Classes\\Installer\\Products\\${packed}`] = { ProductName: 'By MSI' }
    expect(await machine.returned('pkg.list_pkgs')).toEqual({ 'By MSI': '1' })
    machine.keys32[`${uninstall}\\${code}`] = { ...msi, DisplayName: 'Of 32 bits' }
    expect(await machine.returned('pkg.list_pkgs')).toEqual({ 'By MSI': '1', 'Of 32 bits': '1' })
    delete machine.keys32[`${uninstall}\\${code}`]
    const user = 'S-1-5-21-1-2-3-1001'
    machine.keys[`HKU\\${user}\\Software\\Microsoft\\Installer\\Products\\ABC`] = {}
    machine.keys[
      `HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\${user}\\Products\\ABC\\InstallProperties`
    ] = { DisplayName: 'Of a user', DisplayVersion: '2' }
    // Windows shows hives of users alike in both views.
    for (const keys of [machine.keys, machine.keys32]) {
      keys[`HKU\\${user}\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\own`] = {
        ...{ DisplayName: 'His own', DisplayVersion: '3', UninstallString: 'x' },
      }
    }
    expect(await machine.returned('pkg.list_pkgs')).toEqual({
      'By MSI': '1',
      'His own': '3',
      'Of a user': '2',
    })
  })
})

test('pkg.compare_versions', async () => {
  using machine = new WindowsMachine()
  const compare = (...words: unknown[]) => machine.returned('pkg.compare_versions', words)
  expect(await compare('1.10', '>', '1.9')).toBe(true)
  expect(await compare('1.2', '>=', '1.3')).toBe(false)
  expect(await compare(5.1, '==', '5.1')).toBe(true)
  expect(await compare('latest', '>', '999.9')).toBe(true)
  expect(await compare('Not Found', '<', '0.1')).toBe(true)
  const two = { ver1: '1:2.0', ver2: '2.0' }
  expect(await machine.returned('pkg.compare_versions', [], two)).toBe(true)
  expect(await compare('1.0')).toContain('compare_version, ver2 is blank')
})

test('pkg.normalize_name leaves every name alone, as in Salt', async () => {
  using machine = new WindowsMachine()
  for (const name of ['firefox', 'Notepad++ (x64)', 'git:amd64', 'café', ' a,b ', '5.10', ''])
    expect(await machine.returned('pkg.normalize_name', [name])).toBe(name)
  expect(await machine.returned('pkg.normalize_name', [5.1])).toBe('5.1')
  expect(await machine.call('pkg.normalize_name')).toMatchObject({ success: false })
})

describe('the age of definitions', () => {
  test('old ones are fetched again by themselves, and with refresh=True unless they are quite new', async () => {
    using machine = withDefinitions()
    machine.options = { winrepo_cache_expire_min: 100, winrepo_cache_expire_max: 1000 }
    const versions = async (refresh: boolean) => {
      const found = await machine.returned('pkg.list_available', ['new'], { refresh })
      return found === '' ? 0 : (found as string[]).length
    }
    expect(await versions(true)).toBe(0)
    machine.serve('win/repo-ng/new.sls', "new: { '1': { full_name: New } }\n")
    expect(await versions(true)).toBe(0)
    setAge(machine, 200)
    expect(await versions(false)).toBe(0)
    expect(await versions(true)).toBe(1)
    machine.serve('win/repo-ng/new.sls', "new: { '1': { full_name: New }, '2': { full_name: New } }\n")
    setAge(machine, 2000)
    expect(await versions(false)).toBe(2)
  })
})

function setAge({ directory }: WindowsMachine, seconds: number): void {
  const then = Date.now() / 1000 - seconds
  utimesSync(join(directory, 'cache/files/base/win/repo-ng/winrepo.p'), then, then)
}

function withDefinitions(): WindowsMachine {
  const machine = new WindowsMachine()
  machine.serve('win/repo-ng/all.sls', definitions)
  return machine
}

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { uninstall, WindowsMachine } from './windows-machine.ts'

const code = '{23170F69-40C1-2702-0920-000001000000}'
const packed = '96F071321C0420729002000010000000'
const version = (number: string, detect: string) => `
  '${number}':
    installer: salt://win/repo-ng/app-${number}.exe
    full_name: Application
    uninstaller: C:\\App\\uninstall.exe
    detect: ${detect}
`
const ofRegistry = (number: string) =>
  version(number, `{ registry: { key: 'HKLM\\SOFTWARE\\App', name: Version, data: '${number}' } }`)

describe('a version that says itself how it is detected', () => {
  test('is installed, upgraded and removed by what the registry holds', async () => {
    using machine = withApp(ofRegistry('1.0') + ofRegistry('2.0'))
    machine.program = ([program = '']) => {
      const number = /app-(.*)\.exe$/.exec(program)?.[1]
      if (number === undefined) delete machine.keys['HKLM\\SOFTWARE\\App']
      else machine.keys['HKLM\\SOFTWARE\\App'] = { version: number }
      return 0
    }
    expect(await machine.returned('pkg.install', ['app'], { version: '1.0' })).toEqual({
      app: { old: '', new: '1.0' },
    })
    expect(await machine.returned('pkg.upgrade')).toEqual({ app: { old: '1.0', new: '2.0' } })
    expect(await machine.returned('pkg.list_pkgs')).toEqual({ app: '2.0' })
    expect(await machine.returned('pkg.version', ['app'])).toBe('2.0')
    expect(await machine.returned('pkg.remove', ['app'])).toEqual({ app: { old: '2.0', new: '' } })
  })

  test('is not taken from Add/Remove Programs, and the answer names what does not hold', async () => {
    using machine = withApp(ofRegistry('1.0'))
    machine.program = () => {
      machine.install('app', 'Application', '1.0')
      machine.keys['HKLM\\SOFTWARE\\App'] = { Version: '1.0.7' }
      return 0
    }
    expect(await machine.returned('pkg.install', ['app'])).toEqual({
      app: {
        'install status': 'success',
        comment:
          "app 1.0 is not found by the rule in its definition, although its installer reported success: value 'Version' of registry key HKLM\\SOFTWARE\\App is '1.0.7', not '1.0'. Correct detect or install_flags.",
      },
    })
  })

  test.each([
    ["{ registry: { key: 'HKLM\\SOFTWARE\\App' } }", true],
    ["{ registry: { key: 'HKLM\\SOFTWARE\\None' } }", false],
    ["{ registry: { key: 'HKEY_LOCAL_MACHINE\\software\\app', name: COUNT, data: 7 } }", true],
    ["{ registry: { key: 'HKLM\\SOFTWARE\\App', name: None } }", false],
    ["{ registry: { key: 'HKLM\\SOFTWARE\\App', view: 32 } }", false],
    ["{ registry: { key: 'HKLM\\SOFTWARE\\Narrow', view: 32 } }", true],
    ["{ file: { path: 'C:/Program Files/None/app.exe' } }", false],
    [`{ product_code: '${code}' }`, true],
    [`{ product_code: '${code.replace('23170F69', '23170F60')}' }`, false],
    [`{ registry: { key: 'HKLM\\SOFTWARE\\None' }, product_code: '${code}' }`, false],
  ])('%s: %s', async (detect, expected) => {
    using machine = withApp(version('1.0', detect))
    machine.keys['HKLM\\SOFTWARE\\App'] = { Count: 7 }
    machine.keys32['HKLM\\SOFTWARE\\Narrow'] = {}
    machine.keys[`HKLM\\Software\\Classes\\Installer\\Products\\${packed}`] = {}
    expect(await machine.returned('pkg.version', ['app'])).toBe(expected ? '1.0' : '')
  })

  test('a product of 32 bits is known by its key in Add/Remove Programs', async () => {
    using machine = withApp(version('1.0', `{ product_code: '${code}' }`))
    machine.keys32[`${uninstall}\\${code}`] = {}
    expect(await machine.returned('pkg.list_pkgs')).toEqual({ app: '1.0' })
  })
})

function withApp(versions: string): WindowsMachine {
  const machine = new WindowsMachine()
  machine.serve('win/repo-ng/app.sls', `app:\n${versions}`)
  for (const number of ['1.0', '2.0']) machine.serve(`win/repo-ng/app-${number}.exe`, 'an installer')
  return machine
}

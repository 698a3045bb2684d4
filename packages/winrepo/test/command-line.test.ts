// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isMap, parseYaml } from '@halite/core'
import {
  changesBetween,
  expandVariables,
  installCommand,
  outcomeOf,
  quoteArgument,
  removeCommand,
} from '@halite/winrepo'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

function settings(text: string): DataMap {
  const data = parseYaml(text, 'test')
  if (!isMap(data)) throw new Error(`no map: ${text}`)
  return data
}

const line = ({ program, arguments: words }: { program: string; arguments: string }) =>
  `${program} | ${words}`

describe('installers', () => {
  test.each([
    ['{}', 'C:/cache/a.exe', 'C:\\cache\\a.exe | '],
    ['{install_flags: "-ms"}', 'C:\\a b\\a.exe', 'C:\\a b\\a.exe | -ms'],
    ['{msiexec: true}', 'C:\\a b.msi', 'msiexec.exe | /I "C:\\a b.msi" ALLUSERS=1'],
    ['{msiexec: true, allusers: false, install_flags: /qn}', 'a.msi', 'msiexec.exe | /I "a.msi" /qn'],
    [
      '{msiexec: "C:/x/msiexec.exe", install_flags: /qn}',
      'a.msi',
      'C:\\x\\msiexec.exe | /I "a.msi" ALLUSERS=1 /qn',
    ],
    ['{install_flags: /S}', 'C:\\a b\\a.bat', 'cmd.exe | /d /s /c ""C:\\a b\\a.bat" /S"'],
  ])('%s %s', (text, path, expected) => {
    expect(line(installCommand(settings(text), path))).toBe(expected)
  })

  test('more flags come last, and flags keep their own quotes', () => {
    const command = installCommand(settings(`{install_flags: '/D="C:\\x y"'}`), 'a.exe', {
      extraFlags: '/extra',
    })
    expect(command.arguments).toBe('/D="C:\\x y" /extra')
  })

  test('%NAME% in flags is a variable, $NAME is not', () => {
    const options = { extraFlags: '/L=%temp%', variables: { ProgramFiles: 'C:\\PF', TEMP: 'C:\\T', A: '1' } }
    const given = settings(
      `{install_flags: '/D="%ProgramFiles%\\x" /P=$A %none% 5%', uninstall_flags: '/D=%TEMP%'}`,
    )
    expect(installCommand(given, 'a.exe', options).arguments).toBe('/D="C:\\PF\\x" /P=$A %none% 5% /L=C:\\T')
    expect(removeCommand(given, 'a.exe', options).arguments).toBe('/D=C:\\T /L=C:\\T')
  })

  test.each(['a"b.exe', 'a\nb.exe', 'a\0.exe'])('a path that ends its own quotes is refused: %j', (path) => {
    expect(() => installCommand(settings('{}'), path)).toThrow('cannot be a path on Windows')
    expect(() => removeCommand(settings('{msiexec: true}'), path)).toThrow('cannot be a path on Windows')
  })
})

test.each([
  [
    '{msiexec: true, uninstall_flags: /qn}',
    '{23170F69-40C1-2702-0920-000001000000}',
    'msiexec.exe | /X "{23170F69-40C1-2702-0920-000001000000}" /qn',
  ],
  ['{uninstall_flags: /S}', 'C:/Program Files/x/uninst.exe', 'C:\\Program Files\\x\\uninst.exe | /S'],
])('uninstallers: %s %s', (text, path, expected) => {
  expect(line(removeCommand(settings(text), path))).toBe(expected)
})

describe('one argument', () => {
  test.each([
    ['', '""'],
    ['plain', 'plain'],
    ['two words', '"two words"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['C:\\a b\\', '"C:\\a b\\\\"'],
    ['C:\\a\\', 'C:\\a\\'],
    ['back\\"slash', '"back\\\\\\"slash"'],
  ])('%j is %j', (argument, expected) => {
    expect(quoteArgument(argument)).toBe(expected)
  })

  test('is read back as it is', () => {
    const word = fc.string({ unit: fc.constantFrom('\\', '"', ' ', 'a', '\t', '-') })
    fc.assert(
      fc.property(word, (argument) => {
        expect(readArgument(quoteArgument(argument))).toBe(argument)
      }),
    )
  })
})

/** One argument as the C run-time of Windows reads it. */
function readArgument(text: string): string {
  let read = ''
  let isQuoted = false
  for (let at = 0; at < text.length; ) {
    const slashes = /^\\*/.exec(text.slice(at))?.[0].length ?? 0
    at += slashes
    if (text[at] !== '"') {
      read += '\\'.repeat(slashes) + (text[at] ?? '')
    } else {
      read += '\\'.repeat(Math.floor(slashes / 2))
      if (slashes % 2 === 1) read += '"'
      else isQuoted = !isQuoted
    }
    at += 1
  }
  expect(isQuoted).toBe(false)
  return read
}

test('variables are found whatever their case; what is not there stays', () => {
  const variables = {
    ProgramFiles: 'C:\\Program Files',
    'ProgramFiles(x86)': 'C:\\PF86',
    A: '1',
    empty: undefined,
  }
  expect(expandVariables('%programfiles%\\x', variables)).toBe('C:\\Program Files\\x')
  expect(expandVariables('%ProgramFiles(x86)%/y', variables)).toBe('C:\\PF86/y')
  expect(expandVariables(`$A $${'{A}'} %nothing% %empty% 100%`, variables)).toBe('1 1 %nothing% %empty% 100%')
})

test.each([
  [0, true, false, 'success'],
  [3010, true, true, 'success, reboot required'],
  [1641, true, false, 'success, reboot initiated'],
  [1603, false, false, 'failed'],
  [-1, false, false, 'failed'],
])('exit code %i', (code, succeeded, needsReboot, text) => {
  expect(outcomeOf(code)).toEqual({ succeeded, needsReboot, text })
})

test('changes between two inventories', () => {
  const before = new Map([
    ['a', ['1']],
    ['b', ['1', '2']],
    ['c', ['1']],
  ])
  const after = new Map([
    ['a', ['1']],
    ['b', ['2']],
    ['d', ['3', '4']],
  ])
  expect(Object.fromEntries(changesBetween(before, after))).toEqual({
    b: { old: '1,2', new: '2' },
    c: { old: '1', new: '' },
    d: { old: '', new: '3,4' },
  })
})

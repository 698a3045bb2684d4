// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { type Needs, needsVerdict } from '../src/index.ts'
import { needsProblem } from '../src/needs.ts'

const context = {
  grains: { os_family: 'Debian', init: 'systemd', count: 2, flag: false },
  options: { proxy: true, level: 'debug', empty: '' },
  machine: {
    platform: 'linux' as const,
    find: (name: string) => (name.startsWith('apt') ? `/usr/bin/${name}` : undefined),
  },
}

test.each<[Needs]>([
  [{}],
  [{ os_family: 'Debian' }],
  [{ os_family: ['RedHat', 'Debian'] }],
  [{ platform: 'linux' }],
  [{ programs: ['apt-get', 'apt-cache'] }],
  [{ programs: [['dnf', 'apt-get']] }],
  [{ options: { proxy: true } }],
  [{ options: { level: true } }],
  [{ options: { level: ['info', 'debug'] } }],
  [{ grains: { init: 'systemd', count: [1, 2], flag: false } }],
])('%o holds', (needs) => {
  expect(needsVerdict(needs, context)).toBe(true)
})

test.each<[Needs, string]>([
  [{ os_family: 'RedHat' }, 'the os_family must be RedHat, and is Debian'],
  [{ os_family: ['RedHat', 'Suse'] }, 'the os_family must be RedHat or Suse, and is Debian'],
  [{ platform: ['win32', 'darwin'] }, 'the platform must be win32 or darwin, and is linux'],
  [{ programs: ['apt-get', 'dnf'] }, 'dnf is not in the search path'],
  [{ programs: [['dnf', 'yum']] }, 'dnf or yum are not in the search path'],
  [{ options: { nothing: true } }, 'the option nothing must be True, and is not set'],
  [{ options: { empty: true } }, 'the option empty must be True, and is '],
  [{ grains: { init: 'openrc' } }, 'the grain init must be openrc, and is systemd'],
  [{ grains: { flag: true } }, 'the grain flag must be True, and is False'],
  [{ os_family: 'Debian', programs: ['dnf'] }, 'dnf is not in the search path'],
  [{ selinux: true }, 'there is no SELinux on this machine, or it is switched off'],
  [
    { selinux: true, unsupported: 'use cmd.run' },
    'there is no SELinux on this machine, or it is switched off',
  ],
  [{ unsupported: 'use cmd.run' }, 'this version does not support it; use cmd.run'],
])('%o does not: %s', (needs, problem) => {
  expect(needsVerdict(needs, context)).toBe(problem)
})

test('SELinux that is on is seen, and does not make up for what is not built', () => {
  const on = { ...context, grains: { selinux: { enabled: true, enforced: 'Permissive' } } }
  expect(needsVerdict({ selinux: true }, on)).toBe(true)
  expect(needsVerdict({ selinux: false }, on)).toBe('SELinux is on, on this machine')
  expect(needsVerdict({ selinux: true, unsupported: 'use cmd.run' }, on)).toMatch(/use cmd.run$/)
})

describe('conditions that cannot be evaluated are refused', () => {
  test.each([
    ['Debian', 'needs must be a map'],
    [
      { osFamily: 'Debian' },
      'needs has no osFamily; there are os_family, platform, programs, options, grains, selinux, unsupported',
    ],
    [
      { constructor: 'x' },
      'needs has no constructor; there are os_family, platform, programs, options, grains, selinux, unsupported',
    ],
    [{ programs: 'apt-get' }, 'needs.programs must list names'],
    [{ programs: [['apt-get', 5]] }, 'needs.programs must list names'],
    [{ grains: ['init'] }, 'needs.grains must be a map'],
    [{ selinux: 'yes' }, 'needs.selinux must be true or false'],
    [{ unsupported: true }, 'needs.unsupported must be text'],
  ])('%o', (needs, problem) => {
    expect(needsProblem(needs)).toBe(problem)
  })
})

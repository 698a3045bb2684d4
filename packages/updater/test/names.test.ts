// SPDX-License-Identifier: Apache-2.0
import { compareVersions, parseReleaseName, parseVersion, releaseName } from '@halite/updater'
import { describe, expect, test } from 'vitest'

/** What Esky makes of these names. */
const names = [
  ['salt-0.10.3.d.linux-x86_64', 'salt', '0.10.3.d', 'linux-x86_64'],
  ['app-name-0.1.2.win32', 'app-name', '0.1.2', 'win32'],
  ['salt-2014.1.0-123-gabcdef.smartos', 'salt', '2014.1.0-123-gabcdef', 'smartos'],
  ['salt-minion-3006.1.win-amd64', 'salt-minion', '3006.1', 'win-amd64'],
  ['salt-0.1.0.linux-x64', 'salt', '0.1.0', 'linux-x64'],
] as const

/** As Esky sorts them, oldest first; what stands on one line is equal. */
const order = [
  ['0.9dev'],
  ['0.10.3.d'],
  ['0.10.3'],
  ['1.0+git1'],
  ['1.0a1'],
  ['1.0a2'],
  ['1.0b1'],
  ['1.0rc1', '1.0pre1', '1.0-rc1'],
  ['1.0', '1.0.0'],
  ['1.0-1'],
  ['1.0.post1'],
  ['1.0.1'],
  ['1.9.2'],
  ['1.10', '1.10.0'],
  ['2014.1.0'],
  ['3006.0'],
  ['3007.1'],
]

describe('names of releases', () => {
  test.each(names)('%s', (name, app, version, platform) => {
    expect(parseReleaseName(name)).toEqual({ app, version, platform })
    expect(releaseName({ app, version, platform })).toBe(name)
  })

  test.each([
    '',
    'salt',
    'salt-1.0',
    '1.0.linux',
    '../salt-1.0.linux',
    'salt-1.0/../x.linux',
    'salt-..1.linux',
    'salt-1.0.linux x64',
    '.salt-1.0.linux',
  ])('%j is not one', (name) => {
    const parsed = parseReleaseName(name)
    expect(parsed === undefined || parsed.version === '1').toBe(true)
  })

  test.each(['', '..', '1/2', '1\\2', '-1', '1 2', `1.${'0'.repeat(200)}`])('%j is no version', (text) => {
    expect(() => parseVersion(text)).toThrow('is not a version')
  })
})

describe('versions are ordered as Esky orders them', () => {
  const ranked = order.flatMap((equal, rank) => equal.map((version) => ({ version, rank })))

  test.each(ranked)('$version', ({ version, rank }) => {
    for (const other of ranked)
      expect([other.version, Math.sign(compareVersions(version, other.version))]).toEqual([
        other.version,
        Math.sign(rank - other.rank),
      ])
  })
})

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { architectureOf } from '../../src/grains/parts/architecture.ts'
import { distributionOf } from '../../src/grains/parts/distribution.ts'
import { parseAssignments, parseCpe } from '../../src/grains/parts/os-release.ts'
import { releaseNumbers } from '../../src/grains/parts/release-numbers.ts'
import { windowsRelease, windowsReleaseInfo } from '../../src/grains/parts/windows-release.ts'
import { distributions } from './distributions.ts'

test.each(distributions)('$name', ({ osRelease, lsbRelease = '', redhatRelease, debianVersion, grains }) => {
  const found = distributionOf({
    osRelease: parseAssignments(osRelease),
    lsbRelease: parseAssignments(lsbRelease),
    redhatRelease,
    debianVersion,
  })
  const numbers = releaseNumbers(found.os, found.osfullname, found.osrelease)
  expect({ ...numbers, ...found }).toMatchObject(grains)
})

test('a release that is no number has no major release', () => {
  expect(releaseNumbers('Arch', 'Arch Linux', 'rolling')).toEqual({
    osrelease_info: ['rolling'],
    osfinger: 'Arch Linux-rolling',
  })
})

describe('release files', () => {
  test('take bare and quoted values, escapes, comments and blank lines', () => {
    const text = [
      '# comment',
      '',
      'A=bare',
      'B="in double"',
      "C='in single'",
      'D="a \\"b\\" \\$c \\`d\\` \\\\e"',
      '  E=indented  ',
      'F=',
      'not an assignment',
    ].join('\n')
    expect(parseAssignments(text)).toEqual({
      A: 'bare',
      B: 'in double',
      C: 'in single',
      D: 'a "b" $c `d` \\e',
      E: 'indented',
      F: '',
    })
  })

  test.each([
    ['cpe:/o:opensuse:leap:15.5', { vendor: 'opensuse', product: 'leap', version: '15.5' }],
    ['cpe:2.3:o:amazon:amazon_linux:2023', { vendor: 'amazon', product: 'amazon_linux', version: '2023' }],
    ['cpe:2.3:o:x:y:*:beta:*:*:*:*:*:*', { vendor: 'x', product: 'y', version: '' }],
    ['cpe:broken', undefined],
    ['', undefined],
  ])('CPE name %s', (name, parts) => {
    expect(parseCpe(name)).toEqual(parts)
  })
})

test.each([
  ['Debian', 'x64', 'amd64'],
  ['Debian', 'arm64', 'arm64'],
  ['Debian', 'arm', 'armhf'],
  ['RedHat', 'x64', 'x86_64'],
  ['Suse', 'arm64', 'aarch64'],
  ['RedHat', 's390x', 'kernel'],
  ['Alpine', 'x64', 'kernel'],
])('packages of %s on %s are for %s', (family, arch, expected) => {
  expect(architectureOf(family, arch, 'kernel')).toBe(expected)
})

test.each([
  ['Microsoft Windows 10 Pro', '10', [10]],
  ['Microsoft Windows 8.1 Enterprise', '8.1', [8, 1]],
  ['Microsoft Windows Server 2019 Standard', '2019Server', [2019, '']],
  ['Microsoft Windows Server 2012 R2 Datacenter', '2012ServerR2', [2012, 2]],
  ['Microsoft Windows', 'Unknown', ['Unknown']],
])('%s', (caption, release, info) => {
  expect(windowsRelease(caption)).toBe(release)
  expect(windowsReleaseInfo(release)).toEqual(info)
})

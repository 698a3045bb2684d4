// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { dmiGrains } from '../../src/grains/hardware.ts'
import { initOf, supervisor } from '../../src/grains/init.ts'
import { groupName } from '../../src/grains/minion-process.ts'
import { parseCpuInfo } from '../../src/grains/parts/cpu-info.ts'
import { deviceTreeGrains } from '../../src/grains/parts/device-tree.ts'
import { canonicalName, namesOfAddress, splitName } from '../../src/grains/parts/host-names.ts'
import { parseKernelParameters } from '../../src/grains/parts/kernel-parameters.ts'
import { localeOf } from '../../src/grains/parts/locale-names.ts'
import { parseMemInfo } from '../../src/grains/parts/mem-info.ts'
import { parseResolvConf } from '../../src/grains/parts/resolv-conf.ts'
import { zoneAbbreviation } from '../../src/grains/parts/time-zone.ts'
import { serverId } from '../../src/grains/salt.ts'
import { selinuxState } from '../../src/grains/selinux.ts'
import { parseSystemd } from '../../src/grains/systemd.ts'

describe('cpuinfo', () => {
  test.each([
    {
      machine: 'x86',
      text: 'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon @ 2.2GHz\nflags\t\t: fpu vme\n\nprocessor\t: 1\n',
      info: { num_cpus: 2, cpu_model: 'Xeon @ 2.2GHz', cpu_flags: ['fpu', 'vme'] },
    },
    {
      machine: 'old ARM',
      text: 'Processor\t: ARMv6-compatible processor rev 7 (v6l)\nFeatures\t: swp half\nHardware\t: BCM2708\n',
      info: { num_cpus: 1, cpu_model: 'ARMv6', cpu_flags: ['swp', 'half'] },
    },
    {
      machine: 's390',
      text: 'vendor_id       : IBM/S390\n# processors    : 2\nfeatures\t: esan3\n',
      info: { num_cpus: 2, cpu_model: 'IBM/S390', cpu_flags: [] },
    },
    {
      machine: 'POWER',
      text: 'processor\t: 0\ncpu\t\t: POWER9 (architected), altivec supported\n\nprocessor\t: 1\n',
      info: { num_cpus: 2, cpu_model: 'POWER9 (architected), altivec supported', cpu_flags: [] },
    },
    { machine: 'nothing', text: '', info: { num_cpus: 0, cpu_model: 'Unknown', cpu_flags: [] } },
  ])('of $machine', ({ text, info }) => {
    expect(parseCpuInfo(text)).toEqual(info)
  })
})

test('meminfo in whole MiB', () => {
  const text = 'MemTotal:       16384999 kB\nMemFree:  1 kB\nSwapTotal:       2097148 kB\n'
  expect(parseMemInfo(text)).toEqual({ mem_total: 16000, swap_total: 2047 })
  expect(parseMemInfo('')).toEqual({ mem_total: 0, swap_total: 0 })
})

test('kernel parameters', () => {
  expect(parseKernelParameters('BOOT_IMAGE=/vmlinuz root=UUID=1-2 ro x="a b" quiet\n')).toEqual([
    ['BOOT_IMAGE', '/vmlinuz'],
    ['root', null],
    ['ro', null],
    ['x', 'a b'],
    ['quiet', null],
  ])
})

describe('host names', () => {
  const hosts = '127.0.0.1 localhost\n10.0.0.5\tweb1.example.com web1 www.example.com # db1\n\n10.0.0.6 db1\n'

  test('the canonical name is the first of its line', () => {
    expect(canonicalName('web1', hosts)).toBe('web1.example.com')
    expect(canonicalName('db1', hosts)).toBe('db1')
    expect(canonicalName('other', hosts)).toBeUndefined()
  })

  test('an address has the first name, and aliases with a domain', () => {
    expect(namesOfAddress('10.0.0.5', hosts)).toEqual(['web1.example.com', 'www.example.com'])
    expect(namesOfAddress('10.0.0.9', hosts)).toEqual([])
  })

  test('split at the first dot', () => {
    expect(splitName('web1.example.com')).toEqual({ host: 'web1', domain: 'example.com' })
    expect(splitName('web1')).toEqual({ host: 'web1', domain: '' })
  })
})

describe('resolv.conf', () => {
  test('servers by family, the last search line', () => {
    const text = [
      '# comment',
      'nameserver 10.0.0.1 ; first',
      'nameserver fe80::1%eth0',
      'nameserver nonsense',
      'search a.example',
      'search example.com b.example',
      'options ndots:2 timeout:1',
      'sortlist 10.0.0.0/255.0.0.0',
    ].join('\n')
    expect(parseResolvConf(text)).toEqual({
      nameservers: ['10.0.0.1', 'fe80::1%eth0'],
      ip4_nameservers: ['10.0.0.1'],
      ip6_nameservers: ['fe80::1%eth0'],
      sortlist: ['10.0.0.0/255.0.0.0'],
      domain: '',
      search: ['example.com', 'b.example'],
      options: ['ndots:2', 'timeout:1'],
    })
  })

  test('a domain', () => {
    expect(parseResolvConf('domain example.com')).toMatchObject({ domain: 'example.com', nameservers: [] })
  })
})

describe('hardware', () => {
  test('of SMBIOS, without what is closed to us', () => {
    const files: Record<string, string> = { sys_vendor: 'Dell Inc.\n', product_uuid: '4C4C-AB\n' }
    expect(dmiGrains((name) => files[name])).toEqual({ manufacturer: 'Dell Inc.', uuid: '4c4c-ab' })
  })

  test.each([
    [
      { model: 'Raspberry Pi 4 Model B\0', 'serial-number': 'abc\0' },
      { productname: 'Raspberry Pi 4 Model B', serialnumber: 'abc' },
    ],
    [
      { model: 'IBM,9009-42A\0', 'system-id': 'X1\0' },
      { manufacturer: 'IBM', productname: '9009-42A', serialnumber: 'X1' },
    ],
    [{}, {}],
  ])('of a device tree %j', (files: Record<string, string>, grains) => {
    expect(deviceTreeGrains((name) => files[name])).toEqual(grains)
  })
})

test('first processes that supervise', () => {
  expect(supervisor(['/usr/bin/python3', '/usr/bin/supervisord', '-n'])).toBe('supervisord')
  expect(supervisor(['/sbin/tini', '--', 'app'])).toBe('tini')
  expect(supervisor(['/usr/bin/python3', '/sbin/my_init'])).toBe('runit')
  expect(supervisor(['runit'])).toBe('runit')
  expect(supervisor(['/sbin/init'])).toBeUndefined()
  expect(initOf(Buffer.from('\0INIT: SysVinit 3.06\0'))).toBe('sysvinit')
  expect(initOf(Buffer.from('nothing'))).toBeUndefined()
})

test.each([
  [{ LANG: 'en_US.UTF-8' }, 'en_US', 'UTF-8'],
  [{ LANG: 'de_DE.utf8@euro' }, 'de_DE', 'UTF-8'],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'fr_FR.ISO-8859-1' }, 'fr_FR', 'ISO-8859-1'],
  [{ LANG: 'C.UTF-8' }, null, 'UTF-8'],
  [{ LANG: 'POSIX' }, null, null],
  [{}, null, null],
])('locale of %j', (env, defaultlanguage, defaultencoding) => {
  expect(localeOf(env)).toEqual({ defaultlanguage, defaultencoding })
})

test.each([
  ['CET-1CEST,M3.5.0,M10.5.0/3', 60, 'CET'],
  ['CET-1CEST,M3.5.0,M10.5.0/3', 120, 'CEST'],
  ['EST5EDT,M3.2.0,M11.1.0', -300, 'EST'],
  ['EST5EDT,M3.2.0,M11.1.0', -240, 'EDT'],
  ['UTC0', 0, 'UTC'],
  ['<-03>3', -180, '-03'],
  ['IST-5:30', 330, 'IST'],
  ['<+1030>-10:30<+11>-11,M10.1.0,M4.1.0', 660, '+11'],
  ['CET-1CEST,M3.5.0,M10.5.0/3', 0, undefined],
  ['', 0, undefined],
])('in the zone %j at %i minutes', (rule, offset, name) => {
  expect(zoneAbbreviation(`TZif2\0\0\n${rule}\n`, offset)).toBe(name)
})

test('small things', () => {
  expect(groupName('root:x:0:\nadm:x:4:syslog,a\n', 4)).toBe('adm')
  expect(groupName('root:x:0:\n', 9)).toBe('')
  expect(selinuxState('1\n')).toEqual({ enabled: true, enforced: 'Enforcing' })
  expect(selinuxState('0')).toEqual({ enabled: true, enforced: 'Permissive' })
  expect(selinuxState(undefined)).toEqual({ enabled: false, enforced: 'Disabled' })
  expect(parseSystemd('systemd 252 (252.22-1~deb12u1)\n+PAM +AUDIT\n')).toEqual({
    systemd: { version: '252', features: '+PAM +AUDIT' },
  })
  expect(parseSystemd('')).toEqual({})
})

test('server ids are those that Salt computes', () => {
  // int(hashlib.sha256(b'm1').hexdigest(), 16) % 2**31
  expect(serverId('m1')).toBe(890885657)
})

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { selectsData, thrownBy } from './select.ts'

const data = {
  os: 'Debian',
  cpus: 4,
  load: 0.5,
  tiny: 0.00002,
  virtual: true,
  none: null,
  empty: '',
  motd: 'line\n',
  roles: ['web', 'Front'],
  nothing: [],
  void: {},
  nested: { a: { b: 'c', list: ['x', 'y'] }, key: 'v' },
  disks: [{ name: 'sda', size: 100 }, { name: 'sdb' }],
  'colon:key': 'odd',
  url: 'http://example.com:8080',
  mac: '00:16:3e:aa',
  odd: [['x'], { k: "it's" }],
}

describe('grain and pillar targets', () => {
  it.each([
    ['os:Debian', 'a value'],
    ['os:deb*', 'a pattern, whatever its case'],
    ['nested:k*', 'a pattern of a key'],
    ['nested:a:l?st', 'a pattern of a key further in'],
    ['disks:si*', 'a pattern of a key of a map in a list'],
    ['*:k*', 'a pattern of a key of any map'],
    ['os:Deb?an', 'one character'],
    ['cpus:4', 'a number as text'],
    ['load:0.5', 'a fraction as text'],
    ['tiny:2e-05', 'a small fraction as Python writes it'],
    ['virtual:True', 'a boolean as Python writes it'],
    ['virtual:true', 'in any case'],
    ['none:None', 'null as Python writes it'],
    ['none:*', 'null under a wildcard'],
    ['empty:', 'an empty value'],
    ['roles:web', 'a member of a list'],
    ['roles:front', 'a member in any case'],
    ['roles:1:front', 'a position in a list'],
    ['roles:-1:front', 'a position from the end'],
    ['nested:a:b:c', 'a nested value'],
    ['nested:a:list:y', 'a member of a nested list'],
    ['nested:a:*', 'any key'],
    ['nested:a', 'a key of a map'],
    ['nested:a:b', 'a nested key'],
    ['disks:name:sdb', 'a key of maps in a list, by the first that has it or by each'],
    ['disks:size', 'a key of a map in a list'],
    ['*:Debian', 'any key of the first level'],
    ['*:a:b:c', 'any key, then a path'],
    ['nested:*:b:c', 'any key of a level'],
    ['url:http://example.com:*', 'the delimiter in the value'],
    ['mac:00:16:*', 'the delimiter in the value, several times'],
    ["odd:[[]'x']", 'a list in a list, as Python writes it'],
    ["odd:['x']", 'brackets stay a set of characters', false],
    ["odd:{'k': \"it's\"}", 'a map in a list, as Python writes it'],
    ['OS:Debian', 'keys keep their case', false],
    ['os:Deb', 'the whole value', false],
    ['os:', 'no empty pattern for a value', false],
    ['missing:*', 'no missing key', false],
    ['void:*', 'no empty map', false],
    ['nothing:*', 'no empty list', false],
    ['colon:key:odd', 'no key that holds the delimiter', false],
    ['nested:a:B', 'nested keys keep their case', false],
    ['nested:key:v:x', 'nothing below a value', false],
    ['toString:*', 'nothing inherited', false],
    ['nested:constructor', 'nothing inherited below', false],
  ])('%s: %s', (tgt, _rule, wanted = true) => {
    expect(selectsData('grain', tgt, data)).toBe(wanted)
    expect(selectsData('pillar', tgt, data)).toBe(wanted)
  })

  it.each([
    ['os:deb', true],
    ['os:bian', false],
    ['os:(Debian|Ubuntu)$', true],
    ['os:(?:Debian|Ubuntu)', true],
    ['os:(?i)debian', true],
    ['os:(?!ubuntu)', true],
    ['roles:^f', true],
    ['nested:a:b:[cd]', true],
    ['nested:*', true],
    ['motd:line$', true],
    // The pattern is lower-cased as well, so that \D turns into \d.
    ['cpus:\\D', true],
  ])('a regular expression %s: %s', (tgt, wanted) => {
    expect(selectsData('grain_pcre', tgt, data)).toBe(wanted)
    expect(selectsData('pillar_pcre', tgt, data)).toBe(wanted)
  })

  it.each([
    ['os:debian', true],
    ['os:deb*', false],
    ['nested:a:b:c', true],
    ['nested:a:*', true],
    ['none:*', false],
  ])('exact pillar %s: %s', (tgt, wanted) => {
    expect(selectsData('pillar_exact', tgt, data)).toBe(wanted)
  })

  it.each([
    ['grain', 'os'],
    ['pillar', ''],
    ['grain', `${'a:'.repeat(64)}b`],
    ['grain_pcre', 'os:['],
    ['pillar_pcre', 'os:(x'],
  ] as const)('refuses %s %j', (tgtType, tgt) => {
    expect(thrownBy(() => selectsData(tgtType, tgt, data))).toMatchObject({ code: 'TARGET_INVALID' })
  })
})

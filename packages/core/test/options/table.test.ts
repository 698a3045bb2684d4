// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isSecretOption, loadOptions, optionGroups, optionRows } from '@halite/core'
import { describe, expect, it } from 'vitest'
import { configFiles } from '../../../../scripts/generate-config.mjs'
import { expandDefault, systemPlaces } from '../../src/options/default-paths.ts'
import { knownInSalt } from '../../src/options/known-in-salt.ts'
import { belowRoot } from '../../src/options/root-dir.ts'
import { secret, text } from '../../src/options/value-types.ts'

describe.each(['master', 'minion'] as const)('the option table of the %s', (role) => {
  const rows = [...optionRows(role)]

  it('has defaults that pass their own types', () => {
    const bad = rows.filter(([, row]) => row.type.parse(row.default) === undefined).map(([name]) => name)
    expect(bad).toEqual([])
  })

  it('says a sentence about each option', () => {
    expect(rows.filter(([, row]) => !/^[A-Z`].*\.$/.test(row.doc)).map(([name]) => name)).toEqual([])
  })

  it('names no option twice, nor as unused', () => {
    const names = optionGroups(role).flatMap(([, group]) => Object.keys(group))
    expect(names.length).toBe(new Set(names).size)
    expect(names.filter((name) => knownInSalt.has(name))).toEqual([])
  })

  it('makes an example that is all comments, and that holds the defaults once they are taken away', async () => {
    const example = (await configFiles()).get(`config/${role}`) as string
    expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
    const dir = mkdtempSync(join(tmpdir(), 'halite-example-'))
    try {
      writeFileSync(join(dir, role), example.replace(/^#(?=\w+:| {2})/gm, '').replace(/^user:.*/m, ''))
      const { options, warnings } = loadOptions(role, { configDir: dir, env: {} })
      const defaults = loadOptions(role, { configDir: '/etc/salt', env: {} }).options
      expect(warnings).toEqual([])
      expect(options).toEqual({ ...defaults, config_dir: dir, conf_file: join(dir, role) })
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})

describe('defaults that depend on the platform', () => {
  it('lie below ProgramData on Windows', () => {
    const places = systemPlaces('win32', { ProgramData: 'D:\\Data' })
    const words = { ...places, role: 'minion', platform: 'win32' as const }
    expect(expandDefault('<cache>/<role>/extmods', words)).toBe(
      'D:\\Data\\Salt Project\\Salt\\var\\cache\\salt\\minion\\extmods',
    )
    expect(expandDefault({ base: ['<srv>/salt'] }, words)).toEqual({
      base: ['D:\\Data\\Salt Project\\Salt\\srv\\salt'],
    })
    expect(systemPlaces('win32', {}).config).toBe('C:\\ProgramData\\Salt Project\\Salt\\conf')
  })

  it('lie in the directory of an old installation where it has a configuration', () => {
    const exists = (path: string) => path === 'D:\\salt\\conf'
    const places = systemPlaces('win32', { SystemDrive: 'D:', ProgramData: 'D:\\Data' }, exists)
    expect(places).toMatchObject({
      root: 'D:\\salt',
      config: 'D:\\salt\\conf',
      log: 'D:\\salt\\var\\log\\salt',
    })
    expect(expandDefault('<root>', { ...places, role: 'minion', platform: 'win32' })).toBe('D:\\salt')
  })

  it.each([
    ['/data/salt/var/log', '/opt/x/var/log'],
    ['/data/salt', '/opt/x/data/salt'],
    ['/data/salty/log', '/opt/x/data/salty/log'],
    ['/opt/x/log', '/opt/x/log'],
    ['log', '/opt/x/log'],
    ['', ''],
  ])('where a system keeps all in /data/salt, root_dir takes its place: %s', (path, expected) => {
    expect(belowRoot('/opt/x', path, '/data/salt')).toBe(expected)
  })
})

describe('secrets', () => {
  it('are known by name', () => {
    expect(isSecretOption('key_pass')).toBe(true)
    expect(secret(text).secret).toBe(true)
  })
})

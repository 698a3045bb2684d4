// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, pack, silentLog, unpack } from '@halite/core'
import { describe, expect, test } from 'vitest'
import { WindowsMachine } from './windows-machine.ts'

const firefox = `
firefox:
  '17.0.1':
    installer: 'salt://win/repo-ng/firefox/setup-17.exe'
    full_name: Mozilla Firefox 17.0.1 (x86 en-US)
  '16.0.2':
    installer: 'salt://win/repo-ng/firefox/setup-16.exe'
    full_name: Mozilla Firefox 16.0.2 (x86 en-US)
  '15.0.1':
    installer: 'salt://win/repo-ng/firefox/setup-15.exe'
    full_name: Mozilla Firefox 15.0.1 (x86 en-US)
`
const byArchitecture = `
{% if grains['cpuarch'] == 'AMD64' %}
{% set folder = 'Program Files' %}
{% else %}
{% set folder = 'Program Files (x86)' %}
{% endif %}
7zip:
  '9.20.00.0':
    full_name: '7-Zip 9.20 ({{ grains.cpuarch }})'
    uninstaller: 'C:\\{{ folder }}\\7-Zip\\Uninstall.exe'
`

describe('pkg.refresh_db', () => {
  test('reports files, and names them when it is asked to', async () => {
    using machine = withDefinitions()
    expect(await machine.returned('pkg.refresh_db')).toEqual({ total: 2, success: 2, failed: 0 })
    expect(await machine.returned('pkg.refresh_db', [], { verbose: true })).toEqual({
      ...{ total: 2, success: 2, failed: 0, failed_list: {} },
      success_list: { '7zip.sls': ['7zip'], 'firefox/init.sls': ['firefox'] },
    })
  })

  test('fails and names file and line when a definition cannot be used', async () => {
    using machine = withDefinitions()
    machine.serve('win/repo-ng/number.sls', '\nbad:\n  1.10:\n    full_name: Bad\n')
    machine.serve('win/repo-ng/yaml.sls', 'bad:\n  "1":\n  - [\n')
    const { return: text, success } = await machine.call('pkg.refresh_db')
    expect(success).toBe(false)
    expect(text).toContain('Error occurred while generating repo db. Additional info follows:')
    expect(text).toMatch(/package 'bad', version number 1\.1 is not a string \(line 2\)/)
    const report = await machine.returned('pkg.refresh_db', [], { failhard: false })
    expect(report).toMatchObject({ total: 4, success: 2, failed: 2 })
    expect(report).toHaveProperty(
      ['failed_list', 'yaml.sls', 0],
      'Failed to compile, win/repo-ng/yaml.sls:3:5: did not find expected node content: `[` is not closed ',
    )
    expect(await machine.returned('pkg.list_available', ['firefox'])).toHaveLength(3)
  })

  test('pkg.genrepo compiles what is there, with the report of a refresh', async () => {
    using machine = new WindowsMachine()
    machine.serve('win/repo-ng/kept.sls', "kept: { '1': { full_name: Kept } }\n")
    expect(await machine.returned('pkg.genrepo', [], { verbose: true })).toEqual({
      ...{ total: 1, success: 1, failed: 0 },
      ...{ success_list: { 'kept.sls': ['kept'] }, failed_list: {} },
    })
    expect(await machine.returned('pkg.get_repo_data')).toMatchObject({ name_map: { Kept: 'kept' } })
    machine.serve('win/repo-ng/bad.sls', 'bad: { 1: {} }\n')
    expect(await machine.call('pkg.genrepo')).toMatchObject({ success: false })
    expect(await machine.returned('pkg.genrepo', [], { failhard: false })).toMatchObject({
      total: 2,
      failed: 1,
    })
  })

  test('explains why it found nothing', async () => {
    using machine = new WindowsMachine()
    machine.serve('win/repo/firefox/init.sls', firefox)
    const report = await machine.returned('pkg.refresh_db')
    expect(report).toMatchObject({ total: 0, success: 0, failed: 0 })
    expect(report).toHaveProperty(
      'comment',
      "salt://win/repo-ng in saltenv 'base' has 0 files, and no definition (*.sls); the environment has 1 file; there are definitions below salt://win/repo. The option winrepo_source_dir of the minion says where they are looked for.",
    )
    machine.options = { winrepo_source_dir: 'salt://win/repo' }
    expect(await machine.returned('pkg.refresh_db')).toEqual({ total: 1, success: 1, failed: 0 })
  })

  test('renders by grains and pillar, and nothing that has not changed', async () => {
    using machine = withDefinitions()
    machine.serve('win/repo-ng/asks.sls', "asks:\n  '{{ salt['test.echo']('1') }}':\n    full_name: Asks\n")
    const counts: string[] = []
    machine.log = countingLog(counts)
    await machine.call('pkg.refresh_db')
    await machine.call('pkg.refresh_db')
    machine.grains = { ...machine.grains, pid: 2 }
    await machine.call('pkg.refresh_db')
    machine.grains = { ...machine.grains, cpuarch: 'x86' }
    await machine.call('pkg.refresh_db')
    machine.serve('win/repo-ng/firefox/init.sls', firefox.replace('16.0.2', '16.0.3'))
    await machine.call('pkg.refresh_db')
    expect(counts).toEqual(['3', '1', '1', '3', '2'])
    expect(await machine.returned('pkg.get_package_info', ['7zip'])).toEqual({
      '9.20.00.0': {
        full_name: '7-Zip 9.20 (x86)',
        uninstaller: 'C:\\Program Files (x86)\\7-Zip\\Uninstall.exe',
      },
    })
  })

  test('reads no definition that has not changed', async () => {
    using machine = withDefinitions()
    await machine.call('pkg.refresh_db')
    const database = join(machine.directory, 'cache/files/base/win/repo-ng/winrepo.p')
    utimesSync(database, 0, 0)
    machine.read.length = 0
    expect(await machine.returned('pkg.refresh_db')).toEqual({ total: 2, success: 2, failed: 0 })
    expect(machine.read.filter((path) => path.endsWith('.sls'))).toEqual([])
    expect(statSync(database).mtimeMs).toBeGreaterThan(0)
    machine.serve('win/repo-ng/firefox/init.sls', firefox.replace('16.0.2', '16.0.3'))
    await machine.call('pkg.refresh_db')
    expect(machine.read.filter((path) => path.endsWith('.sls'))).toEqual([
      join(machine.directory, 'srv/win/repo-ng/firefox/init.sls'),
    ])
  })

  test('a process reads the database again when it is another', async () => {
    using machine = withDefinitions()
    await machine.call('pkg.refresh_db')
    const database = join(machine.directory, 'cache/files/base/win/repo-ng/winrepo.p')
    const reads = () => machine.read.filter((path) => path === database).length
    await machine.call('pkg.list_available', ['firefox'])
    const before = reads()
    await machine.call('pkg.list_available', ['firefox'])
    expect(reads()).toBe(before)
    const other = { full_name: 'Vim' }
    const data = pack({ repo: { vim: { '9.1': other } }, name_map: { Vim: 'vim' }, errors: {} })
    writeFileSync(database, data)
    expect(await machine.returned('pkg.get_package_info', ['vim'])).toEqual({ '9.1': other })
    machine.serve('win/repo-ng/vim.sls', "vim:\n  '9.2':\n    full_name: Vim\n")
    await machine.call('pkg.refresh_db')
    expect(await machine.returned('pkg.list_available', ['vim'])).toEqual(['9.2'])
  })

  test('goes through a directory as Windows does: a name belongs to the last definition with it', async () => {
    using machine = new WindowsMachine()
    for (const name of ['b', 'C', 'a_b', 'ab'])
      machine.serve(`win/repo-ng/${name}.sls`, `${name}:\n  '1':\n    full_name: Same\n`)
    const report = (await machine.returned('pkg.refresh_db', [], { verbose: true })) as object
    expect(Object.keys((report as { success_list: object }).success_list)).toEqual([
      ...['ab.sls', 'a_b.sls', 'b.sls', 'C.sls'],
    ])
    expect(await machine.returned('pkg.get_repo_data')).toMatchObject({ name_map: { Same: 'C' } })
  })

  test('sees no file in a hidden directory, and the first definition of a name', async () => {
    using machine = withDefinitions()
    machine.serve('win/repo-ng/.git/firefox.sls', firefox)
    machine.serve('win/repo-ng/zz/other.sls', firefox)
    const report = await machine.returned('pkg.refresh_db', [], { failhard: false })
    expect(report).toMatchObject({
      total: 3,
      failed_list: { 'zz/other.sls': ["package 'firefox' already defined (line 2)"] },
    })
  })

  test('keeps the database where Salt has it, and reads one again that was spoilt', async () => {
    using machine = withDefinitions()
    await machine.call('pkg.refresh_db')
    const path = join(machine.directory, 'cache/files/base/win/repo-ng/winrepo.p')
    expect(unpack(readFileSync(path))).toMatchObject({
      repo: { firefox: { '17.0.1': { full_name: 'Mozilla Firefox 17.0.1 (x86 en-US)' } } },
      name_map: { 'Mozilla Firefox 16.0.2 (x86 en-US)': 'firefox' },
      errors: {},
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    machine.options = { winrepo_cachefile: '../../../x' }
    await machine.call('pkg.refresh_db')
    expect(await machine.returned('pkg.list_available', ['firefox'])).toHaveLength(3)
  })
})

function withDefinitions(): WindowsMachine {
  const machine = new WindowsMachine()
  machine.serve('win/repo-ng/firefox/init.sls', firefox)
  machine.serve('win/repo-ng/7zip.sls', byArchitecture)
  return machine
}

/** Collects how many files each refresh rendered. */
function countingLog(counts: string[]): Logger {
  const log: Logger = {
    ...silentLog,
    debug: (message) => {
      const count = /, (\d+) of them rendered/.exec(message)?.[1]
      if (count !== undefined) counts.push(count)
    },
    child: () => log,
  }
  return log
}

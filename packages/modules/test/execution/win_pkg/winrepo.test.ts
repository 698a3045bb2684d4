// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { unpack } from '@halite/core'
import { describe, expect, test } from 'vitest'
import { WindowsMachine } from './windows-machine.ts'

describe('winrepo on a machine without a master', () => {
  test('genrepo compiles what lies below winrepo_dir', async () => {
    using machine = new WindowsMachine()
    const directory = join(machine.directory, 'srv/win/repo')
    machine.options = { winrepo_dir: directory }
    put(join(directory, 'vim/init.sls'), "vim:\n  '9.1':\n    full_name: Vim {{ grains.cpuarch }}\n")
    put(join(directory, 'bad.sls'), 'bad: [')
    put(join(directory, '.git/vim.sls'), 'nothing: [')
    const compiled = {
      repo: { vim: { '9.1': { full_name: 'Vim AMD64' } } },
      name_map: { 'Vim AMD64': 'vim' },
    }
    expect(await machine.returned('winrepo.genrepo')).toEqual(compiled)
    expect(unpack(readFileSync(join(directory, 'winrepo.p')))).toEqual(compiled)
  })

  test('show_sls finds a file by its path, its name and its directory', async () => {
    using machine = new WindowsMachine()
    machine.serve('win/repo-ng/tools/npp.sls', "npp:\n  '{{ 1 + 1 }}.0':\n    full_name: Notepad++\n")
    machine.serve('win/repo-ng/node/init.sls', 'node: {}\n')
    machine.serve('win/repo-ng/bad.sls', 'bad: [')
    const npp = { npp: { '2.0': { full_name: 'Notepad++' } } }
    expect(await machine.returned('winrepo.show_sls', ['tools.npp'])).toEqual(npp)
    expect(await machine.returned('winrepo.show_sls', ['node'])).toEqual({ node: {} })
    const path = join(machine.directory, 'srv/win/repo-ng/tools/npp.sls')
    expect(await machine.returned('winrepo.show_sls', [path])).toEqual(npp)
    expect(await machine.returned('winrepo.show_sls', ['none'])).toBe('Software definition none not found')
    expect(await machine.returned('winrepo.show_sls', ['bad'])).toEqual({
      Message: expect.stringMatching(/^Failed to compile .*bad\.sls$/),
      Error: expect.stringContaining('`[` is not closed'),
    })
    expect(await machine.call('winrepo.show_sls', ['../../../etc'])).toMatchObject({
      retcode: expect.any(Number),
    })
  })
})

test('the state winrepo.genrepo compiles the definitions of the master when one is newer', async () => {
  using machine = new WindowsMachine()
  const directory = join(machine.directory, 'repo')
  put(join(machine.directory, 'conf/master'), `winrepo_dir: ${directory}\n`)
  const state = async (kwarg: Record<string, unknown> = {}) => {
    const run = (await machine.returned('state.single', ['winrepo.genrepo', 'repo'], kwarg)) as object
    return Object.values(run)[0] as Record<string, unknown>
  }
  machine.grains = { ...machine.grains, roles: ['salt-master'] }
  expect(await state()).toMatchObject({ result: false, comment: `${directory} is missing` })
  put(join(directory, 'vim.sls'), "vim:\n  '9.1':\n    full_name: Vim\n")
  const file = join(directory, 'winrepo.p')
  expect(await state({ test: true })).toMatchObject({ result: null, comment: `${file} is missing` })
  expect(await state()).toMatchObject({
    ...{ result: true, comment: `${file} is missing` },
    changes: { winrepo: { name_map: { Vim: 'vim' } } },
  })
  expect(await state()).toMatchObject({ result: true, changes: {}, comment: '' })
  put(join(directory, 'vim.sls'), '')
  utimesSync(join(directory, 'vim.sls'), Date.now() / 1000 + 60, Date.now() / 1000 + 60)
  expect(await state()).toMatchObject({ result: false, comment: 'winrepo.genrepo returned empty' })
  expect(await state({ force: true, allow_empty: true })).toMatchObject({ result: true })
})

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePackages } from './packages/definitions.ts'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

/* Packages on a Windows machine without a master, as the page of the Windows Software Repository has it. */

const kit = useWindows()
let machine: WindowsMachine

beforeAll(async () => {
  if (kit === undefined) return
  machine = WindowsMachine.make(kit, { id: 'win1', file_client: 'local' })
  await writePackages(machine.path('C:\\salt\\srv\\salt'))
})

afterAll(() => machine?.close())

test('salt-call winrepo.genrepo, then pkg.refresh_db', async () => {
  expect(await machine.local('winrepo.genrepo')).toEqual({ repo: {}, name_map: {} })
  machine.write('C:\\salt\\srv\\salt\\win\\repo\\old.sls', "old:\n  '1':\n    full_name: Old\n")
  expect(await machine.local('winrepo.genrepo')).toEqual({
    repo: { old: { '1': { full_name: 'Old' } } },
    name_map: { Old: 'old' },
  })
  expect(await machine.local('pkg.refresh_db')).toEqual({ total: 7, success: 7, failed: 0 })
})

test('pkg.install, pkg.list_pkgs and pkg.remove', async () => {
  expect(await machine.local('pkg.install', 'app')).toEqual({ app: { new: '2.0.0', old: '' } })
  expect(await machine.local('pkg.list_pkgs')).toEqual({ app: '2.0.0' })
  expect(await machine.local('pkg.remove', 'app')).toEqual({ app: { new: '', old: '2.0.0' } })
})

test('winrepo.show_sls', async () => {
  expect(await machine.local('winrepo.show_sls', 'narrow')).toMatchObject({
    narrow: { '1.0.0': { full_name: 'Narrow', msiexec: true } },
  })
})

test('winrepo.update_git_repos says that there is no git', async () => {
  machine.configure({
    id: 'win1',
    file_client: 'local',
    winrepo_remotes: [],
    winrepo_remotes_ng: [join('C:', 'nowhere', 'defs')],
  })
  const { stdout, stderr, code } = await machine.call('--local', 'winrepo.update_git_repos')
  expect(code).not.toBe(0)
  expect(stdout + stderr).toContain('Failed to update winrepo_remotes')
})

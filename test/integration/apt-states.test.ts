// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AptMachine, aptProblem } from './fixtures/apt-root.ts'
import { resultsOf, type ShortResult } from './fixtures/masterless.ts'

const problem = aptProblem()
const lib = { name: 'lib', version: '1:1.5-1' }
const tool = { name: 'tool', version: '3', depends: 'lib' }
const packages = [
  { name: 'app', version: '1.0', conffile: 'app.conf' },
  { name: 'app', version: '2.0' },
  lib,
  tool,
]

let apt: AptMachine
beforeEach(({ skip }) => {
  if (problem !== undefined) skip(problem)
  apt = new AptMachine(packages)
})
afterEach(() => apt?.[Symbol.dispose]())

/** The results of one state function, or of a whole sls. */
async function run(sls: string, keywords: object = {}): Promise<[unknown, unknown, unknown][]> {
  const results = resultsOf(await apt.machine.apply(sls, { ...keywords })) as ShortResult[]
  return results.map(({ result, comment, changes }) => [result, comment, changes])
}

describe('pkg.installed', () => {
  test('looks for new packages once, installs, and has nothing to do afterwards', async () => {
    const sls = '{app: {pkg.installed: []}, more: {pkg.installed: [{pkgs: [lib, tool: "3"]}]}}'
    expect(await run(sls, { test: true })).toMatchObject([
      [null, 'The following packages would be installed/updated: app', {}],
      [null, 'The following packages would be installed/updated: lib, tool', {}],
    ])
    expect(await run(sls)).toEqual([
      [true, 'The following packages were installed/updated: app', { app: { old: '', new: '2.0' } }],
      [
        true,
        'The following packages were installed/updated: lib, tool=3',
        { lib: { old: '', new: '1:1.5-1' }, tool: { old: '', new: '3' } },
      ],
    ])
    expect(await run(sls)).toEqual([
      [true, 'All specified packages are already installed', {}],
      [true, 'All specified packages are already installed and are at the desired version', {}],
    ])
  })

  test('takes versions, patterns and conditions', async () => {
    expect(await run('app: {pkg.installed: [{version: "1.*"}]}')).toMatchObject(
      [[true, /1\.\*/, { app: { new: '1.0' } }]].map(([r, , c]) => [
        r,
        expect.stringContaining('app=1.*'),
        c,
      ]),
    )
    expect(await run('app: {pkg.installed: [{version: ">=1.0,<2"}]}')).toMatchObject([
      [true, expect.stringContaining('at the desired version'), {}],
    ])
    expect(await run('app: {pkg.installed: [{version: "0.5"}, {allow_updates: true}]}')).toMatchObject([
      [true, expect.any(String), {}],
    ])
    expect(await run('app: {pkg.installed: [{version: ">1.0"}, {refresh: false}]}')).toMatchObject([
      [true, 'The following packages were installed/updated: app>1.0', { app: { old: '1.0', new: '2.0' } }],
    ])
    expect(await run('app: {pkg.installed: [{version: latest}]}')).toMatchObject([
      [true, expect.any(String), {}],
    ])
    await apt.call('pkg.install', ['lib'])
    expect(await run('lib: {pkg.installed: [{version: 1.5-1}]}')).toMatchObject([
      [true, expect.stringContaining('at the desired version'), {}],
    ])
    expect(await run('app: {pkg.installed: [{version: "9"}]}')).toMatchObject([
      [
        false,
        expect.stringMatching(/Problem encountered installing.*Version '9' for 'app' was not found/s),
        {},
      ],
    ])
  })

  test('takes files of this machine and of the master', async () => {
    const own = apt.build({ name: 'own', version: '0.1' })
    expect(await run(`own: {pkg.installed: [{sources: [own: ${own}]}]}`)).toMatchObject([
      [true, 'The following packages were installed/updated: own', { own: { new: '0.1' } }],
    ])
    expect(await run(`own: {pkg.installed: [{sources: [own: ${own}]}]}`)).toMatchObject([
      [true, 'All specified packages are already installed', {}],
    ])
    apt.build({ name: 'own', version: '0.2' }, apt.machine.path('roots'))
    expect(await run('own: {pkg.installed: [{sources: [own: "salt://own_0.2_all.deb"]}]}')).toMatchObject([
      [true, expect.any(String), { own: { old: '0.1', new: '0.2' } }],
    ])
    expect(await run('own: {pkg.installed: [{sources: [own: "salt://none.deb"]}]}')).toMatchObject([
      [false, expect.stringContaining('salt://none.deb'), {}],
    ])
  })

  test('holds, and installs once more', async () => {
    expect(await run('app: {pkg.installed: [{hold: true}]}')).toMatchObject([
      [
        true,
        expect.stringContaining('Package app is now being held.'),
        { app: { old: 'install', new: '2.0\nhold' } },
      ],
    ])
    expect(await run('app: {pkg.installed: [{hold: false}]}')).toMatchObject([
      [true, expect.stringContaining('no longer being held'), {}],
    ])
    expect(await run('app: {pkg.installed: [{reinstall: true}]}')).toEqual([
      [true, 'Package app was reinstalled.', { app: { old: '2.0', new: '2.0' } }],
    ])
  })

  test('fails with what apt says, and what is given twice or not at all', async () => {
    expect(await run('none: {pkg.installed: []}')).toMatchObject([
      [false, expect.stringContaining('E: Unable to locate package none'), {}],
    ])
    expect(await run('x: {pkg.installed: [{pkgs: []}]}')).toEqual([
      [true, 'No packages to install provided', {}],
    ])
    expect(await run('x: {pkg.installed: [{pkgs: [app]}, {sources: [app: /x.deb]}]}')).toMatchObject([
      [false, 'Only one of "pkgs" and "sources" is permitted.', {}],
    ])
    expect(await run('x: {pkg.installed: [{pkgs: ["-oDir=/"]}]}')).toMatchObject([
      [false, expect.stringContaining('is not the name of a package'), {}],
    ])
  })
})

test('pkg.latest and pkg.uptodate upgrade what is old', async () => {
  await run('{app: {pkg.installed: [{version: "1.0"}]}, lib: {pkg.installed: []}}')
  expect(await run('all: {pkg.uptodate: []}', { test: true })).toEqual([
    [null, 'System update will be performed', { app: { old: '1.0', new: '2.0' } }],
  ])
  expect(await run('app: {pkg.latest: []}')).toEqual([
    [
      true,
      'The following packages were successfully installed/upgraded: app',
      { app: { old: '1.0', new: '2.0' } },
    ],
  ])
  expect(await run('app: {pkg.latest: [{pkgs: [app, lib]}]}')).toEqual([
    [true, 'All packages are up-to-date (app, lib).', {}],
  ])
  expect(await run('app: {pkg.latest: [{name: none}]}')).toEqual([
    [false, "No information found for 'none'.", {}],
  ])
  apt.publish([...packages, { name: 'app', version: '3.0' }, { name: 'lib', version: '2:1' }])
  expect(await run('all: {pkg.uptodate: [{refresh: true}, {pkgs: [lib]}]}')).toEqual([
    [true, 'Upgrade ran successfully', { lib: { old: '1:1.5-1', new: '2:1' } }],
  ])
  expect(await run('all: {pkg.uptodate: []}')).toEqual([
    [true, 'Upgrade ran successfully', { app: { old: '2.0', new: '3.0' } }],
  ])
  expect(await run('all: {pkg.uptodate: []}')).toEqual([[true, 'System is already up-to-date', {}]])
})

test('pkg.removed and pkg.purged', async () => {
  await run('app: {pkg.installed: [{pkgs: [{app: "1.0"}, tool]}]}')
  expect(await run('app: {pkg.removed: [{version: "2.0"}]}')).toEqual([
    [true, 'All specified packages (matching specified versions) are already absent', {}],
  ])
  expect(await run('app: {pkg.removed: [{pkgs: [app, none]}]}', { test: true })).toEqual([
    [null, 'The following packages will be removed: app.', { app: { old: '', new: 'removed' } }],
  ])
  expect(await run('app: {pkg.removed: []}')).toEqual([
    [true, 'All targeted packages were removed.', { app: { old: '1.0', new: '' } }],
  ])
  expect(await run('app: {pkg.removed: []}')).toEqual([
    [true, 'All specified packages are already absent', {}],
  ])
  expect(await run('app: {pkg.purged: []}')).toEqual([
    [
      true,
      'All targeted packages were purged.',
      { removed: { app: { old: '1.0', new: '' } }, installed: {} },
    ],
  ])
  expect(await run('app: {pkg.purged: []}')).toEqual([
    [true, 'None of the targeted packages are installed or partially installed', {}],
  ])
})

test('pkg.held and pkg.unheld', async () => {
  await run('x: {pkg.installed: [{pkgs: [app, lib, tool]}]}')
  expect(await run('app: {pkg.held: []}', { test: true })).toEqual([
    [null, 'The following package would be held: app', {}],
  ])
  expect(await run('x: {pkg.held: [{pkgs: [app, lib]}]}')).toMatchObject([
    [true, 'Package app is now being held\nPackage lib is now being held', { app: { result: true } }],
  ])
  expect(await run('x: {pkg.held: [{pkgs: [app, lib]}]}')).toEqual([[true, 'No changes made', {}]])
  expect(await run('app: {pkg.held: [{replace: true}]}')).toMatchObject([
    [true, 'Package lib is no longer being held.', { lib: { result: true } }],
  ])
  expect(await run('none: {pkg.held: []}')).toMatchObject([
    [false, expect.stringContaining('Package none was not held'), {}],
  ])
  expect(await run('x: {pkg.unheld: [{all: true}]}')).toMatchObject([
    [true, 'Package app is no longer being held.', { app: { result: true } }],
  ])
})

test('pkg.downloaded fetches what is not there', async () => {
  apt.useCopies()
  await apt.call('pkg.refresh_db')
  expect(await run('app: {pkg.downloaded: [{version: "1.0"}]}')).toEqual([
    [true, 'Packages downloaded: app', {}],
  ])
  expect(await run('app: {pkg.downloaded: []}')).toEqual([
    [true, 'All specified packages are already downloaded', {}],
  ])
  expect(await apt.call('pkg.list_pkgs')).toEqual({})
})

test('state_aggregate installs the packages of several states at once', async () => {
  const sls = `
one: {pkg.installed: [{name: app}, {aggregate: true}, {refresh: true}]}
two: {pkg.installed: [{pkgs: [lib, tool]}]}
three: {pkg.removed: [{name: nothing}]}
`
  expect(await run(sls)).toMatchObject([
    [true, expect.any(String), { app: { new: '2.0' }, lib: { new: '1:1.5-1' }, tool: { new: '3' } }],
    [true, 'All specified packages are already installed', {}],
    [true, 'All specified packages are already absent', {}],
  ])
})

test('the sls of docs/operate/manage-packages.md', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operate/manage-packages.md'), 'utf8')
  const [, sls = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
  expect((await run(sls)).map(([result]) => result)).toEqual([true, true, true])
  expect(await apt.call('pkg.get_selections', [], { state: 'hold' })).toEqual({ hold: ['app'] })
})

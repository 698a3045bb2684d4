// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AptMachine, aptProblem } from './fixtures/apt-root.ts'

const problem = aptProblem()
const app1 = { name: 'app', version: '1.0', conffile: 'app.conf' }
const app2 = { name: 'app', version: '2.0', conffile: 'app.conf' }
const packages = [
  app1,
  app2,
  { name: 'lib', version: '1:1.5-1' },
  { name: 'tool', version: '3', depends: 'lib' },
]

let apt: AptMachine
beforeEach(async ({ skip }) => {
  if (problem !== undefined) skip(problem)
  apt = new AptMachine(packages)
  await apt.call('pkg.refresh_db')
})
afterEach(() => apt?.[Symbol.dispose]())

describe('what is there', () => {
  test('is told by repository', async () => {
    expect(await apt.call('pkg.refresh_db')).toMatchObject({
      [`file:${apt.repository} ./ Packages`]: expect.anything(),
    })
    expect(await apt.call('pkg.refresh_db', [], { cache_valid_time: 600 })).toEqual({})
    expect(await apt.call('pkg.latest_version', ['app'])).toBe('2.0')
    expect(await apt.call('pkg.latest_version', ['app', 'nothing'], { refresh: false })).toEqual({
      app: '2.0',
      nothing: '',
    })
    expect(await apt.call('pkg.list_repo_pkgs', ['app'])).toEqual({ app: ['2.0', '1.0'] })
    expect(await apt.call('pkg.list_repo_pkgs')).toEqual({
      app: ['2.0', '1.0'],
      lib: ['1:1.5-1'],
      tool: ['3'],
    })
    expect(await apt.call('pkg.show', ['app'], { filter: 'section' })).toEqual({
      app: { '2.0': { Section: 'misc' }, '1.0': { Section: 'misc' } },
    })
  })

  test('a repository that cannot be read is an error', async () => {
    writeFileSync(apt.path('etc/apt/sources.list'), 'deb [trusted=yes] file:/nowhere/at/all ./\n')
    expect(await apt.call('pkg.refresh_db')).toMatch(/nowhere.*File not found/s)
  })
})

describe('packages', () => {
  test('are installed with what they need, told of, and removed', async () => {
    expect(await apt.call('pkg.install', ['tool'])).toEqual({
      lib: { old: '', new: '1:1.5-1' },
      tool: { old: '', new: '3' },
    })
    expect(readFileSync(apt.path('usr/share/tool/version'), 'utf8')).toBe('3')
    expect(await apt.call('pkg.list_pkgs')).toEqual({ lib: '1:1.5-1', tool: '3' })
    expect(await apt.call('pkg.version', ['tool'])).toBe('3')
    expect(await apt.call('pkg.version', ['t*', 'app'])).toEqual({ tool: '3', app: '' })
    expect(await apt.call('pkg.owner', ['/usr/share/tool/version', '/nothing'])).toEqual({
      '/usr/share/tool/version': 'tool',
      '/nothing': '',
    })
    expect(await apt.call('pkg.file_list', ['tool'])).toMatchObject({
      errors: [],
      files: expect.arrayContaining(['/usr/share/tool/version']),
    })
    expect(await apt.call('pkg.file_dict', ['nothing'])).toMatch(/no packages found matching nothing/)
    expect(await apt.call('pkg.info_installed', ['tool'])).toMatchObject({
      tool: { name: 'tool', version: '3', group: 'misc', packager: 'Nobody <nobody@example.com>' },
    })
    expect(await apt.call('pkg.remove', ['tool'])).toEqual({ tool: { old: '3', new: '' } })
    expect(await apt.call('pkg.autoremove', [], { list_only: true })).toEqual(['lib'])
    expect(await apt.call('pkg.autoremove')).toEqual({ lib: { old: '1:1.5-1', new: '' } })
  })

  test('are upgraded, downgraded and installed once more', async () => {
    expect(await apt.call('pkg.install', ['app'], { version: '1.0' })).toEqual({
      app: { old: '', new: '1.0' },
    })
    expect(await apt.call('pkg.upgrade_available', ['app'])).toBe(true)
    expect(await apt.call('pkg.list_upgrades')).toEqual({ app: '2.0' })
    expect(await apt.call('pkg.upgrade')).toEqual({ app: { old: '1.0', new: '2.0' } })
    expect(await apt.call('pkg.install', ['app'])).toEqual({})
    expect(await apt.call('pkg.install', ['app'], { reinstall: true })).toEqual({
      app: { old: '2.0', new: '2.0' },
    })
    expect(await apt.call('pkg.install', [], { pkgs: [{ app: '<2.0' }] })).toEqual({
      app: { old: '2.0', new: '1.0' },
    })
    expect(await apt.call('pkg.install', [], { pkgs: [{ app: '>2.0' }] })).toMatch(
      /No version matching 'app>2.0' could be found \(available: 2.0, 1.0\)/,
    )
  })

  test('come from files too', async () => {
    const path = apt.build({ name: 'own', version: '0.1' })
    expect(await apt.call('pkg.install', [], { sources: [{ own: path }] })).toEqual({
      own: { old: '', new: '0.1' },
    })
    writeFileSync(apt.machine.path('files/text.deb'), 'no package')
    expect(
      await apt.call('pkg.install', [], { sources: [{ own: apt.machine.path('files/text.deb') }] }),
    ).toMatch(/Unable to get info for .*text.deb/)
    expect(await apt.call('pkg.install', [], { sources: [{ own: 'own.deb' }] })).toMatch(
      /neither|either not absolute/,
    )
  })

  test('are fetched alone', async () => {
    apt.useCopies()
    await apt.call('pkg.refresh_db')
    expect(await apt.call('pkg.install', ['app'], { downloadonly: true })).toEqual({})
    expect(await apt.call('pkg.list_downloaded')).toMatchObject({
      app: { '2.0': { path: apt.path('var/cache/apt/archives/app_2.0_all.deb') } },
    })
  })

  test('leave their configuration behind until they are purged', async () => {
    await apt.call('pkg.install', ['app'])
    expect(await apt.call('pkg.remove', ['a*'])).toEqual({ app: { old: '2.0', new: '' } })
    expect(existsSync(apt.path('etc/app.conf'))).toBe(true)
    expect(await apt.call('pkg.list_pkgs', [], { removed: true })).toEqual({ app: '2.0' })
    expect(await apt.call('pkg.purge', ['app'])).toEqual({
      removed: { app: { old: '2.0', new: '' } },
      installed: {},
    })
    expect(existsSync(apt.path('etc/app.conf'))).toBe(false)
  })

  test('that are held stay as they are, and are held again after an installation', async () => {
    await apt.call('pkg.install', ['app'], { version: '1.0' })
    expect(await apt.call('pkg.hold', ['app'])).toMatchObject({
      app: { result: true, changes: { old: 'install', new: 'hold' } },
    })
    expect(await apt.call('pkg.hold', [], { pkgs: ['app', 'nothing'] })).toMatchObject({
      app: { result: true, changes: {}, comment: 'Package app is already set to be held.' },
      nothing: { result: false, comment: 'Package nothing does not have a state.' },
    })
    expect(await apt.call('pkg.upgrade')).toEqual({})
    expect(await apt.call('pkg.install', ['app'])).toEqual({ app: { old: '1.0', new: '2.0' } })
    expect(await apt.call('pkg.get_selections', [], { state: 'hold' })).toEqual({ hold: ['app'] })
    expect(await apt.call('pkg.unhold', ['app'])).toMatchObject({
      app: { comment: 'Package app is no longer being held.' },
    })
    expect(await apt.call('pkg.set_selections', [], { selection: '{purge: [app]}' })).toEqual({
      app: { old: 'install', new: 'purge' },
    })
    expect(await apt.call('pkg.set_selections', [], { selection: { keep: ['app'] } })).toMatch(
      /Invalid state\(s\): keep/,
    )
  })
})

describe('what is no name', () => {
  const words = [
    '--reinstall',
    '-oDir=/',
    'app-',
    'a b',
    'a\nb',
    '../app.deb',
    './app.deb',
    '?installed',
    '~i',
    '',
    '/etc/passwd',
  ]
  test.each(words)('%j reaches no program', async (word) => {
    expect(await apt.call('pkg.install', [], { pkgs: [word] })).toMatch(/is not the name of a package/)
    for (const fun of ['pkg.remove', 'pkg.purge']) {
      const answer = await apt.call(fun, [], { pkgs: [word] })
      // What looks like a name is one that is not installed.
      if (word !== 'app-') expect(answer).toMatch(/is not the name of a package|is not a pattern/)
      else expect(answer).toEqual({})
    }
    expect(await apt.call('pkg.latest_version', [word], { refresh: false })).not.toMatch(/^[0-9]/)
    expect(await apt.call('pkg.hold', [], { pkgs: [word] })).not.toMatchObject({ [word]: { result: true } })
  })

  test('versions, releases and paths neither', async () => {
    expect(await apt.call('pkg.install', ['app'], { version: '1.0 -o Dir=/' })).toMatch(
      /is not the version of a package/,
    )
    expect(await apt.call('pkg.install', ['app'], { fromrepo: '-oDir=/' })).toMatch(/is not a release/)
    expect(await apt.call('pkg.owner', ['--admindir=/'])).toMatch(/is not a path/)
    expect(await apt.call('pkg.list_pkgs')).toEqual({})
  })
})

describe('repositories', () => {
  const line = 'deb [arch=amd64 trusted=yes] file:/srv/none ./'

  test('are listed, of both kinds of files', async () => {
    const stanza =
      'Types: deb deb-src\nURIs: http://deb.example.com/debian\nSuites: stable\nComponents: main\n contrib\nEnabled: no\n'
    writeFileSync(apt.path('etc/apt/sources.list.d/more.sources'), stanza)
    const repos = (await apt.call('pkg.list_repos')) as Record<string, object[]>
    expect(repos['http://deb.example.com/debian']).toMatchObject([
      {
        type: 'deb',
        dist: 'stable',
        comps: ['main', 'contrib'],
        disabled: true,
        file: apt.path('etc/apt/sources.list.d/more.sources'),
      },
      { type: 'deb-src', dist: 'stable' },
    ])
    expect(await apt.call('pkg.get_repo', ['deb http://deb.example.com/debian/ stable main'])).toMatchObject({
      disabled: true,
    })
    expect(await apt.call('pkg.get_repo', ['deb http://other.example.com/debian stable main'])).toEqual({})
    expect(await apt.call('pkg.del_repo', ['deb http://deb.example.com/debian stable main'])).toMatch(
      /more.sources, a file of stanzas, which is not changed/,
    )
  })

  test('are added, changed and removed', async () => {
    const file = apt.path('etc/apt/sources.list.d/own.list')
    const added = await apt.call('pkg.mod_repo', [line], { file, refresh: false, comments: 'ours' })
    expect(added).toMatchObject({
      [line]: { uri: 'file:/srv/none', file, disabled: false, architectures: ['amd64'] },
    })
    expect(readFileSync(file, 'utf8')).toBe('deb [arch=amd64 trusted=yes] file:/srv/none ./ # ours\n')
    await apt.call('pkg.mod_repo', [line], { disabled: true, refresh: false })
    expect(readFileSync(file, 'utf8')).toBe('# deb [arch=amd64 trusted=yes] file:/srv/none ./ # ours\n')
    expect(await apt.call('pkg.del_repo', [line])).toBe(
      `File ${file} containing repo '${line}' has been removed.`,
    )
    expect(existsSync(file)).toBe(false)
    expect(await apt.call('pkg.del_repo', [line])).toMatch(/doesn't exist in the sources.list/)
  })

  test('are no lines of something else, and lie where apt reads them', async () => {
    for (const repo of ['', 'deb', 'deb http://x', 'rm -rf /', `${line}\ndeb http://evil ./`])
      expect(await apt.call('pkg.mod_repo', [repo])).toMatch(
        /is not valid. This must be the complete repo entry|Passed invalid|not/,
      )
    for (const file of [
      '/etc/passwd',
      apt.path('etc/apt/sources.list.d/../../x.list'),
      apt.path('etc/apt/sources.list.d/x.conf'),
    ])
      expect(await apt.call('pkg.mod_repo', [line], { file })).toMatch(
        /apt does not read .* as a list of repositories/,
      )
  })
})

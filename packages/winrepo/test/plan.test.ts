// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@halite/core'
import { type Plan, planInstall, planRemoval, RepositoryBuilder } from '@halite/winrepo'
import { describe, expect, test } from 'vitest'

const builder = new RepositoryBuilder()
builder.add(
  'packages.sls',
  parseYaml(
    `
seven:
  '9.20': { full_name: Seven 9.20, installer: old.exe, uninstaller: gone.exe }
  '19.0': { full_name: Seven 19.0, installer: new.exe, uninstaller: gone.exe }
rolling:
  latest: { full_name: Rolling, installer: rolling.msi, uninstall_flags: /x }
bare:
  '1': { full_name: Bare }
same:
  '1': { full_name: same, installer: one.exe }
  '3': { full_name: Same by another name, installer: three.exe }
  '2': { full_name: same, installer: two.exe }
Seven 19.0:
  '5': { full_name: Named as another, installer: five.exe }
mixed:
  '1': { full_name: Mixed, uninstaller: gone.exe }
  '2': { full_name: Mixed }
`,
    'test',
  ),
)
const repository = builder.build()

function known(installed: Record<string, string[]> = {}) {
  return { repository, installed: new Map(Object.entries(installed)) }
}

function brief(plan: Plan): unknown {
  const steps = plan.steps.map(({ version, file }) => `${version} ${file}`)
  if (plan.answer === undefined) return steps
  return steps.length === 0 ? plan.answer : { steps, answer: plan.answer }
}

describe('installing', () => {
  test.each([
    ['the newest', { name: 'seven' }, {}, ['19.0 new.exe']],
    ['a version', { name: 'seven', version: '9.20' }, {}, ['9.20 old.exe']],
    ['a version beside another', { name: 'seven', version: '9.20' }, { seven: ['19.0'] }, ['9.20 old.exe']],
    ['by the name of a version', { name: 'Seven 9.20' }, {}, ['9.20 old.exe']],
    ['latest, which has no entry', { name: 'seven', version: 'latest' }, {}, ['19.0 new.exe']],
    ['latest, which has one', { name: 'rolling', version: 'latest' }, {}, ['latest rolling.msi']],
    ['nothing when something is installed', { name: 'seven' }, { seven: ['9.20'] }, []],
    ['nothing when it is installed', { name: 'seven', version: '9.20' }, { seven: ['9.20'] }, []],
    ['the newest of a package that is named like one of its versions', { name: 'same' }, {}, ['3 three.exe']],
    [
      'a package, and not the version of another with that full name',
      { name: 'Seven 19.0' },
      {},
      ['5 five.exe'],
    ],
    ['nothing of an unknown package', { name: 'eight' }, {}, 'Unable to locate package eight'],
    ['nothing of an unknown version', { name: 'seven', version: '1' }, {}, { 'not found': '1' }],
    ['nothing without an installer', { name: 'bare' }, {}, { 'no installer': '1' }],
  ])('%s', (_, wish, installed, expected) => {
    expect(brief(planInstall(wish, known(installed as Record<string, string[]>), { force: false }))).toEqual(
      expected,
    )
  })

  test('by a full name of several versions the newest of them, when none is installed', () => {
    const two = new RepositoryBuilder()
    two.add(
      'app.sls',
      parseYaml(
        "app: { '1': { full_name: App, installer: 1 }, '2': { full_name: App, installer: 2 }, '3': { full_name: App Pro, installer: 3 } }",
        'test',
      ),
    )
    const planned = (installed: string[]) =>
      brief(
        planInstall(
          { name: 'App' },
          { repository: two.build(), installed: new Map([['app', installed]]) },
          { force: false },
        ),
      )
    expect(planned([])).toEqual(['2 2'])
    expect(planned(['1'])).toEqual([])
  })

  test('by force what is installed', () => {
    const plan = planInstall({ name: 'seven' }, known({ seven: ['19.0'] }), { force: true })
    expect(brief(plan)).toEqual(['19.0 new.exe'])
  })
})

describe('removing', () => {
  test.each([
    ['every version', { name: 'seven' }, { seven: ['9.20', '19.0'] }, ['9.20 gone.exe', '19.0 gone.exe']],
    ['one version', { name: 'seven', version: '9.20' }, { seven: ['9.20', '19.0'] }, ['9.20 gone.exe']],
    ['with the installer', { name: 'rolling' }, { rolling: ['4.5'] }, ['latest rolling.msi']],
    ['with latest once', { name: 'rolling' }, { rolling: ['4.5', '4.6'] }, ['latest rolling.msi']],
    ['nothing that is not there', { name: 'seven' }, {}, { current: 'not installed' }],
    [
      'not another version',
      { name: 'seven', version: '9.20' },
      { seven: ['19.0'] },
      { current: '9.20 not installed' },
    ],
    [
      'nothing without a definition',
      { name: 'seven', version: '8' },
      { seven: ['8'] },
      { current: '8 no definition, cannot removed' },
    ],
    ['nothing without an uninstaller', { name: 'bare' }, { bare: ['1'] }, { 'no uninstaller defined': '1' }],
    ['nothing unknown', { name: 'eight' }, {}, 'Unable to locate package eight'],
    [
      'what can be removed, and says what cannot',
      { name: 'mixed' },
      { mixed: ['1', '2', '8', '9'] },
      {
        steps: ['1 gone.exe'],
        answer: { current: '8, 9 no definition, cannot removed', 'no uninstaller defined': '2' },
      },
    ],
  ])('%s', (_, wish, installed, expected) => {
    expect(brief(planRemoval(wish, known(installed as Record<string, string[]>)))).toEqual(expected)
  })
})

// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DataMap, entriesOf, equal, loadJson, parseYaml, pythonRepr } from '@halite/core'
import { describe, expect, it } from 'vitest'
import { render } from './rendering.ts'

const folder = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'winrepo-ng')
const architectures = ['amd64', 'x86'] as const

const environment: Readonly<Record<string, string>> = {
  PROGRAMFILES: 'C:\\Program Files',
  'PROGRAMFILES(x86)': 'C:\\Program Files (x86)',
  'ProgramFiles(x86)': 'C:\\Program Files (x86)',
  SYSTEMDRIVE: 'C:',
}

describe('public package definitions give the data that Salt reads from them', () => {
  it('has definitions to read', (ctx) => {
    ctx.skip(!existsSync(folder), 'no ../shared/winrepo-ng; the case files cover what they use')
    expect(expectedOf('amd64').length).toBeGreaterThan(100)
  })

  for (const architecture of architectures) {
    it.each(expectedOf(architecture))(`${architecture} %s`, async (name, expected) => {
      const data = (await dataOf(name, architecture)) ?? {}
      expect(equal(data, expected), pythonRepr(data)).toBe(true)
    })
  }
})

function expectedOf(architecture: string): [string, unknown][] {
  const path = join(folder, `expected.${architecture}.json`)
  if (!existsSync(path)) return []
  return entriesOf(loadJson(readFileSync(path, 'utf8')) as DataMap).map(([name, data]) => [
    String(name),
    data,
  ])
}

async function dataOf(name: string, architecture: string): Promise<unknown> {
  const grains = {
    ...{
      cpuarch: architecture === 'x86' ? 'x86' : 'AMD64',
      osrelease: '2019Server',
      os: 'Windows',
      os_family: 'Windows',
    },
    ...{ kernel: 'Windows', host: 'win1', id: 'win1', osversion: '10.0.17763', domain: 'example.com' },
    ...{ saltversion: '3007.10', saltversioninfo: [3007, 10], locale_info: { defaultlanguage: 'en_US' } },
  }
  const text = await render(readFileSync(join(folder, name), 'utf8'), {
    name,
    context: { grains, pillar: {}, opts: {}, saltenv: 'base' },
    functions: {
      'grains.get': (key: keyof typeof grains, fallback: unknown = '') => grains[key] ?? fallback,
      'pillar.get': (_key: string, fallback: unknown = '') => fallback,
      'config.get': (_key: string, fallback: unknown = '') => fallback,
      'environ.get': (key: string, fallback: unknown = '') => environment[key] ?? fallback,
      'reg.read_value': () => ({ vdata: null, success: false }),
      'pkg.compare_versions': compareVersions,
      'pkg_resource.version_compare': compareVersions,
    },
  })
  return parseYaml(text, name)
}

/** Dotted numbers, which is all that the definitions compare. */
function compareVersions(left: unknown, operator: string, right: unknown): boolean {
  const [a, b] = [left, right].map((version) => String(version).split('.').map(Number)) as [
    number[],
    number[],
  ]
  const differs =
    [...a, ...b].map((_part, index) => (a[index] ?? 0) - (b[index] ?? 0)).find((part) => part !== 0) ?? 0
  if (operator === '<') return differs < 0
  if (operator === '>') return differs > 0
  if (operator === '<=') return differs <= 0
  return operator === '>=' ? differs >= 0 : differs === 0
}

// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@halite/core'
import { adviceFor, detectionOf, packagesOf, RepositoryBuilder, type VersionData } from '@halite/winrepo'
import { describe, expect, test } from 'vitest'

const settingsOf = (detect: string) => parseYaml(`{ full_name: X, detect: ${detect} }`, 'test') as VersionData

describe('the rule of a version', () => {
  test.each([
    ["{ registry: { key: 'HKLM\\SOFTWARE\\X' } }", { registry: { key: 'HKLM\\SOFTWARE\\X' } }],
    [
      "{ registry: { key: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\X', name: Version, data: 12, view: 32 } }",
      { registry: { key: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\X', name: 'Version', data: '12', view: 32 } },
    ],
    [
      "{ file: { path: '%ProgramFiles%/X/x.exe', version: '5.10' } }",
      { file: { path: '%ProgramFiles%/X/x.exe', version: '5.10' } },
    ],
    [
      "{ product_code: '{23170F69-40C1-2702-0920-000001000000}' }",
      { product_code: '{23170F69-40C1-2702-0920-000001000000}' },
    ],
  ])('%s', (text, rule) => {
    expect(detectionOf(settingsOf(text))).toEqual(rule)
  })

  test.each([
    ['yes', 'detect must be a map'],
    ['{}', 'detect is empty: it needs registry, file or product_code'],
    ['{ command: calc }', "detect has the unknown field 'command'"],
    ["{ registry: { key: 'SOFTWARE\\X' } }", 'detect.registry.key must be a key with its hive'],
    ["{ registry: { key: 'HKEY_NONE\\X' } }", 'detect.registry.key must be a key with its hive'],
    ["{ registry: { key: 'HKLM\\X', data: 5.10 } }", 'detect.registry.data must be text: put it in quotes'],
    ["{ registry: { key: 'HKLM\\X', view: 48 } }", 'detect.registry.view must be 64 or 32'],
    ['{ file: { version: "1" } }', 'detect.file.path must be a path'],
    ['{ file: { path: "a\\nb" } }', 'detect.file.path must be a path'],
    ['{ product_code: App }', 'detect.product_code must be the code of a product'],
  ])('%s is none', (text, problem) => {
    expect(() => detectionOf(settingsOf(text))).toThrow(problem)
    const builder = new RepositoryBuilder()
    builder.add('x.sls', parseYaml(`x: { '1': { full_name: X, detect: ${text} } }`, 'test'))
    expect(builder.build().errors.get('x.sls')).toEqual([
      expect.stringContaining(`package 'x', version number 1: ${problem}`),
    ])
  })
})

describe('where a version has a rule, that alone decides', () => {
  const builder = new RepositoryBuilder()
  builder.add(
    'app.sls',
    parseYaml(
      `
app:
  '1.0': { full_name: App, detect: { file: { path: x } } }
  '2.0': { full_name: App, detect: { file: { path: y } } }
  '3.0': { full_name: App }
`,
      'test',
    ),
  )
  const repository = builder.build()
  const found = (listed: readonly string[], ruled: readonly string[]) => {
    const software = new Map(listed.length > 0 ? [['App', listed]] : [])
    const detected = new Map(ruled.length > 0 ? [['app', ruled]] : [])
    return Object.fromEntries(packagesOf({ software, detected }, repository))
  }

  test.each([
    ['listed as another version', ['1.0.0.0'], ['1.0'], { app: ['1.0'] }],
    ['not listed', [], ['2.0'], { app: ['2.0'] }],
    ['listed, and its rule does not hold', ['1.0'], [], {}],
    ['a version without a rule', ['3.0'], [], { app: ['3.0'] }],
    ['a version that nobody defines', ['9.0'], [], { app: ['9.0'] }],
  ])('%s', (_what, listed, ruled, expected) => {
    expect(found(listed, ruled)).toEqual(expected)
  })

  test('the advice names what of it does not hold', () => {
    const settings = repository.packages.get('app')?.get('1.0') ?? {}
    const look = { before: new Map(), after: new Map([['App', ['1.0']]]), waitedSeconds: 10 }
    const step = { version: '1.0', settings }
    expect(adviceFor({ name: 'app', step, undetected: 'there is no file x', ...look })).toBe(
      'app 1.0 is not found by the rule in its definition, although its installer reported success: there is no file x. Correct detect or install_flags.',
    )
    expect(adviceFor({ name: 'app', step, ...look })).toBeUndefined()
  })
})

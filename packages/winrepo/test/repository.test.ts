// SPDX-License-Identifier: Apache-2.0
import { mapOf, pack, parseYaml, unpack } from '@halite/core'
import { packageOf, RepositoryBuilder, repositoryData, repositoryFrom } from '@halite/winrepo'
import { expect, test } from 'vitest'

const firefox = parseYaml(
  `
firefox:
  '17.0.1': { full_name: Mozilla Firefox 17.0.1 (x86 en-US), installer: salt://a.exe, skip_urltest: true }
  '16.0.2': { full_name: Mozilla Firefox 16.0.2 (x86 en-US), installer: salt://b.exe }
`,
  'test',
)

test('a package is found by its name and by its names in Add/Remove Programs', () => {
  const builder = new RepositoryBuilder()
  builder.add('firefox/init.sls', firefox)
  const repository = builder.build()
  expect([...(packageOf(repository, 'firefox')?.versions.keys() ?? [])]).toEqual(['17.0.1', '16.0.2'])
  expect(packageOf(repository, 'Mozilla Firefox 16.0.2 (x86 en-US)')?.name).toBe('firefox')
  expect(packageOf(repository, 'constructor')).toBeUndefined()
})

test('the report counts files, and names what failed or all that was read', () => {
  const builder = new RepositoryBuilder()
  builder.add('a.sls', firefox)
  builder.add('empty.sls', null)
  expect(builder.report({ verbose: false })).toEqual({ total: 2, success: 2, failed: 0 })
  builder.addFailed('bad.sls', 'Jinja syntax error')
  expect(builder.report({ verbose: false })).toEqual({
    ...{ total: 3, success: 2, failed: 1 },
    failed_list: { 'bad.sls': ['Failed to compile, Jinja syntax error '] },
  })
  expect(builder.report({ verbose: true }).success_list).toEqual({ 'a.sls': ['firefox'], 'empty.sls': [] })
})

test.each([
  ['firefox: { 17.0: { full_name: a } }', "package 'firefox', version number 17.0 is not a string"],
  [
    "firefox: { '17': text }",
    "package 'firefox', repo data for version number 17 is not defined as a dictionary",
  ],
  [
    "firefox: { '17': { installer: a } }",
    "package 'firefox', version number 17 has no full_name (it has installer)",
  ],
  ['firefox: text', "package 'firefox', its versions are a str, not a dictionary"],
  ["other: { '1': { full_name: a } }", "package 'other' already defined"],
  ['- a list', 'Compiled contents, not a dictionary/hash '],
])('%s: %s', (text, problem) => {
  const builder = new RepositoryBuilder()
  builder.add('other.sls', parseYaml("other: { '1': { full_name: Other } }", 'other.sls'))
  builder.add('bad.sls', parseYaml(text, 'test'))
  const repository = builder.build()
  expect(repository.errors.get('bad.sls')).toEqual([problem])
  // Nothing of a file with an error is used.
  expect(repository.packages.has('firefox')).toBe(false)
  expect(packageOf(repository, 'other')?.name).toBe('other')
})

test('a package that has no version for this machine is no package, and no error', () => {
  const builder = new RepositoryBuilder()
  builder.add('jdk.sls', parseYaml("jdk:\nother: { '1': { full_name: Other } }", 'test'))
  expect(builder.report({ verbose: true })).toEqual({
    ...{ total: 1, success: 1, failed: 0, failed_list: {} },
    success_list: { 'jdk.sls': ['other'] },
  })
})

test('a repository comes back from its file as it was, keys and order', () => {
  const builder = new RepositoryBuilder()
  builder.add('a.sls', firefox)
  builder.addFailed('b.sls', 'why')
  const repository = builder.build()
  const read = repositoryFrom(unpack(Buffer.from(pack(repositoryData(repository)))))
  expect(read).toEqual(repository)
})

test.each([
  [null],
  [{ repo: [] }],
  [{ repo: { a: 1 } }],
  [{ repo: { a: { '1': 2 } } }],
  [mapOf([['name_map', 3]])],
])('a database that is %j says how to mend it', (data) => {
  expect(() => repositoryFrom(data)).toThrow('the package database is not as it was written')
})

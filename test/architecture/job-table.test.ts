// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { filesUnder, root, textOf } from './sources.ts'

const page = textOf('ARCHITECTURE.md')

/** What stands between backticks in the second column of the life of a job: files, each with the names after it. */
function placesInTable(): { readonly path: string; readonly names: readonly string[] }[] {
  const [, section = ''] = page.split('## The life of a job')
  const [table = ''] = section.split('\nA batch takes')
  const rows = table.split('\n').filter((row) => /^\| \d+ \|/.test(row))
  expect(rows.length).toBeGreaterThan(10)
  const cells = rows.flatMap((row) => [...(row.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)])
  const places: { path: string; names: string[] }[] = []
  for (const [, text = ''] of cells) {
    if (text.includes('/')) places.push({ path: text, names: [] })
    else places.at(-1)?.names.push(text)
  }
  return places
}

test('each file of the life of a job is there, and declares what the table names', () => {
  const offences = placesInTable().flatMap(({ path, names }) => {
    const file = path.startsWith('bin/') ? path : `packages/${path}`
    if (!existsSync(join(root, file))) return [`${file} is not there`]
    const text = textOf(file)
    return names.filter((name) => !declares(text, name)).map((name) => `${file} declares no ${name}`)
  })
  expectNone('ARCHITECTURE.md follows a job through places that are not there', offences)
})

test('each file that the page names is there', () => {
  const paths = [...page.matchAll(/`((?:packages\/)?(?:[\w-]+\/)+src\/[\w/.-]+\.ts)`/g)].map(
    ([, path = '']) => path,
  )
  const missing = paths
    .map((path) => path.replace(/^(?!packages\/)/, 'packages/'))
    .filter((path) => !existsSync(join(root, path)))
  expect(paths.length).toBeGreaterThan(20)
  expectNone('ARCHITECTURE.md names files that are not there', missing)
})

test('each file that the page names without its directory is there', () => {
  const sources = filesUnder('.', /^(?:packages\/[\w-]+\/src|test\/architecture)\/.*\.ts$/)
  const names = new Set(sources.map((path) => path.slice(path.lastIndexOf('/') + 1)))
  const named = [...page.matchAll(/`([\w-]+(?:\.test)?\.ts)`/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(5)
  expectNone(
    'ARCHITECTURE.md names files that are not there',
    named.filter((name) => !names.has(name)),
  )
})

/** A function, method, class, property or constant of this name. */
function declares(text: string, name: string): boolean {
  const word = name.replace(/[#$]/g, '\\$&')
  return new RegExp(
    `^\\s*(?:(?:export|async|static|readonly|private|get|function|class|const|default)\\s+)*\\*?${word}(?:[<(:=]| [=:{]| extends| implements)`,
    'm',
  ).test(text)
}

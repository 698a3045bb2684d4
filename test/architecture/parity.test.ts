// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { problemOf as problemOfItem, readItems } from '../../scripts/generate-parity.mjs'
import { expectNone } from './expect-none.ts'
import { filesUnder, textOf } from './sources.ts'

/** That it is what the sources say is seen with all generated files. */
const page = textOf('docs/reference/parity.md')
const problemOf = (item: object) => problemOfItem(item as Parameters<typeof problemOfItem>[0])

const done = {
  item: 'x',
  status: 'done',
  where: 'packages/core/src',
  test: 'test/architecture/parity.test.ts',
}

test.each([
  ['done without a test', { ...done, test: undefined }, 'no test'],
  ['done by a test that does not exist', { ...done, test: 'test/nothing.test.ts' }, 'no test'],
  ['done by a file that is no test', { ...done, test: 'README.md' }, 'no test'],
  ['done nowhere', { ...done, where: 'packages/nothing' }, 'does not exist'],
  ['partly, of what nobody says', { ...done, status: 'partly' }, 'no note'],
  ['of another status', { ...done, status: 'nearly' }, 'none of'],
  ['missing and somewhere', { ...done, status: 'missing' }, 'somewhere'],
  ['with a word too many', { ...done, tset: 'x' }, 'tset'],
])('an item that is %s is not taken', (_, item, why) => {
  expect(problemOf(item)).toContain(why)
})

test('items that say what they must are taken', () => {
  expect(problemOf(done)).toBeUndefined()
  expect(problemOf({ ...done, status: 'partly', note: 'half' })).toBeUndefined()
  expect(problemOf({ item: 'x', status: 'missing' })).toBeUndefined()
})

test('every item of the page is where it says, and held by a test that exists', () => {
  const items = Object.values(readItems() as Record<string, { item: string }[]>).flat()
  expect(items.length).toBeGreaterThan(20)
  expectNone(
    'Correct these in scripts/parity-items.json',
    items.flatMap((item) => {
      const problem = problemOf(item)
      return problem === undefined ? [] : [`${item.item}: ${problem}`]
    }),
  )
})

test('the page names every package whose work is seen from outside', () => {
  for (const name of ['fileserver', 'rendering', 'targeting', 'client', 'cli', 'master', 'minion', 'modules'])
    expect(page).toContain(`packages/${name}/src`)
})

test('the page names every file of functions that Salt has', () => {
  const modules = ['execution', 'runners'].flatMap((kind) =>
    filesUnder(`packages/modules/src/${kind}`, /^[\w-]+\.ts$/),
  )
  // What is ours alone has no row.
  expect(modules.filter((path) => !page.includes(path)).filter((path) => !/batch\.ts$/.test(path))).toEqual(
    [],
  )
})

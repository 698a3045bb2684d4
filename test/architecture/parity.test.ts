// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { parityFiles, problemOf as problemOfItem } from '../../scripts/generate-parity.mjs'
import { filesUnder } from './sources.ts'

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

test('the page names every package whose work is seen from outside', async () => {
  const [page = ''] = [...(await parityFiles()).values()]
  for (const name of ['fileserver', 'rendering', 'targeting', 'client', 'cli', 'master', 'minion', 'modules'])
    expect(page).toContain(`packages/${name}/src`)
})

test('the page names every file of functions that Salt has', async () => {
  const [page = ''] = [...(await parityFiles()).values()]
  const modules = ['execution', 'runners'].flatMap((kind) =>
    filesUnder(`packages/modules/src/${kind}`, /^[\w-]+\.ts$/),
  )
  // What is ours alone has no row.
  expect(modules.filter((path) => !page.includes(path)).filter((path) => !/batch\.ts$/.test(path))).toEqual(
    [],
  )
}, 60_000)

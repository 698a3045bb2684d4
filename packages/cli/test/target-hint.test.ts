// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { targetHint } from '../src/target-hint.ts'

const hintOf = (tgt: string | string[], tgtType = 'glob') => targetHint({ tgt, tgtType } as never)

test.each([
  ['m1,m2', '-L'],
  ['web*,db1', '-L'],
  ['G@os:Debian', '-C'],
  ['web* and not db1', '-C'],
  ['not web1', '-C'],
  ['( E@web\\d or L@a,b )', '-C'],
  ['os:Debian', '-G'],
])('%s as a glob was probably meant otherwise', (tgt, option) => {
  expect(hintOf(tgt)).toContain(`; ${option} makes it`)
  expect(hintOf(tgt)).toContain(`'${tgt}'`)
})

test.each(['*', 'm1', 'web-[0-9]?', 'android', 'notary.example.com', 'user@host'])('%s is a glob', (tgt) => {
  expect(hintOf(tgt)).toBeUndefined()
})

test('who said which kind of target it is needs no hint', () => {
  expect(hintOf('m1,m2', 'list')).toBeUndefined()
  expect(hintOf(['m1', 'm2'], 'list')).toBeUndefined()
  expect(hintOf('os:Debian', 'pillar')).toBeUndefined()
})

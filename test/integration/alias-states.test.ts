// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless().write({ 'mail/aliases': 'root: ann # boss\n' })
})
afterEach(() => machine[Symbol.dispose]())

const sls = `
set: {alias.present: [{name: root}, {target: bob@example.com}]}
again: {alias.present: [{name: root}, {target: bob@example.com}]}
added: {alias.present: [{name: list}, {target: [a, b]}]}
gone: {alias.absent: [{name: list}]}
never: {alias.absent: [{name: list}]}
`

async function apply(isTest: boolean) {
  const options = { 'aliases.file': machine.path('mail/aliases') }
  const results = resultsOf(await machine.apply(sls, { test: isTest }, options)) as ShortResult[]
  return results.map(({ result, comment, changes }) => [result, comment, changes])
}

test('aliases are set, added and removed', async () => {
  expect(await apply(false)).toEqual([
    [true, 'Set email alias root -> bob@example.com', { alias: 'root' }],
    [true, 'Alias root already present', {}],
    [true, 'Set email alias list -> a, b', { alias: 'list' }],
    [true, 'Removed alias list', { alias: 'list' }],
    [true, 'Alias list already absent', {}],
  ])
  expect(readFileSync(machine.path('mail/aliases'), 'utf8')).toBe('root: bob@example.com # boss\n')
})

test('what would change with test=True is not written', async () => {
  expect((await apply(true))[0]).toEqual([null, 'Alias root -> bob@example.com is set to be added', {}])
  expect(readFileSync(machine.path('mail/aliases'), 'utf8')).toBe('root: ann # boss\n')
})

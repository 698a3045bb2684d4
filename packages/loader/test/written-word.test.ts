// SPDX-License-Identifier: Apache-2.0
import { mapOf } from '@halite/core'
import { describe, expect, it, test } from 'vitest'
import { arg, bind, fn, keywordMap, plainWords, wordOf, writtenNumber, writtenWord } from '../src/index.ts'

test('a word is text and meaning; what only looks like one is a map', () => {
  expect(wordOf(writtenWord('yes', true))).toEqual({ text: 'yes', value: true })
  expect(wordOf(writtenNumber('5.10'))).toEqual({ text: '5.10', value: 5.1 })
  for (const other of [
    { __word__: 'x' },
    { __word__: 1, value: 1 },
    { __word__: 'x', value: 1, more: 1 },
    'x',
    null,
  ]) {
    expect(wordOf(other)).toBeUndefined()
    expect(plainWords(other)).toEqual(other)
  }
})

test('words mean their value at any depth, also in a Map', () => {
  const inner = writtenWord('0x10', 16)
  expect(plainWords(writtenWord('[0x10]', [inner]))).toEqual([16])
  expect(plainWords(new Map([[1, inner]]))).toEqual(mapOf([[1, 16]]))
  expect(plainWords([{ a: [inner, writtenNumber('1.50')] }])).toEqual([{ a: [16, 1.5] }])
})

const taken = fn({
  doc: 'Takes anything.',
  args: {
    text: arg.string('Text.'),
    maybe: arg.string('Text.').optional(),
    path: arg.path('A path.').optional(),
    word: arg.choice('A word.', ['yes', 'no']).optional(),
    flag: arg.boolean('A flag.').optional(),
    count: arg.integer('A count.').optional(),
    any: arg.any('Anything.').optional(),
    texts: arg.list('Texts.', arg.string('A text.')).optional(),
    list: arg.list('A list.').optional(),
    env: arg.map('Texts.', arg.string('A text.')).optional(),
    map: arg.map('A map.').optional(),
  },
  run: () => undefined,
})

function bound(keywords: Readonly<Record<string, unknown>>, text: unknown = 'x') {
  return bind('t.t', taken, [text, keywordMap(keywords)])
}

const words: readonly (readonly [string, unknown])[] = [
  ['yes', true],
  ['true', true],
  ['off', false],
  ['12:30', 750],
  ['0x10', 16],
  ['0777', 777],
  ['+5', 5],
  ['null', null],
  ['~', null],
  ['[ -f x ]', ['-f x']],
  ['{ echo a; }', { 'echo a;': null }],
]

describe('where text is declared', () => {
  it.each(words)('%s arrives as typed', (text, value) => {
    const word = writtenWord(text, value)
    expect(bound({}, word).text).toBe(text)
    expect(bound({ maybe: word, path: word })).toMatchObject({ maybe: text, path: text })
    expect(bound({ texts: [word] }).texts).toEqual([text])
    expect(bound({ env: { F: word } }).env).toEqual({ F: text })
  })

  it('None leaves out what may be left out, and is a word elsewhere', () => {
    const none = writtenWord('None', null)
    expect(bound({ maybe: none }, none)).toMatchObject({ text: 'None', maybe: undefined })
  })

  it('a choice is what was typed', () => {
    expect(bound({ word: writtenWord('yes', true) }).word).toBe('yes')
  })

  it('values of files and programs stay what they are', () => {
    expect(bound({ maybe: true }, 5).text).toBe('5')
    expect(bound({ maybe: true }).maybe).toBe('True')
    expect(() => bound({}, ['a'])).toThrow('expected text, got a list')
  })
})

describe('where something else is declared', () => {
  it.each(words)('%s arrives as its value', (text, value) => {
    expect(bound({ any: writtenWord(text, value) }).any).toEqual(value)
  })

  it('whole lists and maps are read, with what is inside as it is declared', () => {
    const inner = [writtenWord('0x10', 16), 'a']
    expect(bound({ texts: writtenWord('[0x10, a]', inner) }).texts).toEqual(['0x10', 'a'])
    expect(bound({ list: writtenWord('[0x10, a]', inner) }).list).toEqual([16, 'a'])
    const map = { F: writtenWord('yes', true) }
    expect(bound({ env: writtenWord('{F: yes}', map) }).env).toEqual({ F: 'yes' })
    expect(bound({ map: writtenWord('{F: yes}', map) }).map).toEqual({ F: true })
    expect(bound({ flag: writtenWord('yes', true), count: writtenWord('0x10', 16) })).toMatchObject({
      flag: true,
      count: 16,
    })
  })
})

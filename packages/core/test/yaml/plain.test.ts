// SPDX-License-Identifier: Apache-2.0
import { parseYamlDocument } from '@halite/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainDocument } from '../../src/yaml/plain.ts'

/** The same document with an end that only the parser reads. */
const byParser = (text: string) => parseYamlDocument(`${text}\n#\t`, 'test')

function expectAgreement(text: string): void {
  const plain = plainDocument(text)
  if (plain === undefined) return
  const { value, lines } = byParser(text)
  expect(plain.value).toStrictEqual(value)
  expect([...plain.lines]).toEqual([...lines])
}

describe('a document of plain lines', () => {
  it('is read as it stands', () => {
    const text = '# minion\nmaster: salt.example.org\n\n  # port\nmaster_port: 4506\nipv6: False\nid:\n'
    expect(plainDocument(text)).toEqual({
      value: { master: 'salt.example.org', master_port: 4506, ipv6: false, id: null },
      lines: new Map([
        ['master', 2],
        ['master_port', 5],
        ['ipv6', 6],
        ['id', 7],
      ]),
    })
  })

  it.each([
    'a: 10.0.0.1',
    'a: -5',
    'a: 0',
    'a: /var/cache/salt ',
    'a: http://x:80/y',
    'a: C:\\salt',
    'a: b c',
    'a: y',
    'a: None',
    'a:\n  b: 1\n  c:\n    d: x\n  e: 2\nf: 3',
    'a:\n b: 1\n\n # c\n c: 2',
    'a:\nb:\n  c:',
    'Name: 1\na-b: 2',
  ])('%j gives what the parser gives', (text) => {
    expect(plainDocument(text)).toBeDefined()
    expectAgreement(text)
  })

  it.each([
    '',
    '# only a comment',
    'a',
    'a:b',
    'a: b\n c',
    'a: 1\na: 2',
    'a: yes',
    'a: NULL',
    'a: "b"',
    "a: 'b'",
    'a: [b]',
    'a: b #c',
    'a: b: c',
    'a: &b c',
    'a: *b',
    'a: !b c',
    'a: |',
    'a: 0755',
    'a: 1_000',
    'a: 1.5',
    'a: 1e3',
    'a: 12:30',
    'a: 2026-01-01',
    'a: ~',
    'a: =',
    'a: <<',
    'yes: 1',
    'a:\n  - b',
    'a:\n- b',
    '- a',
    '---\na: b',
    'a: b\n...',
    '%YAML 1.1',
    'a: b\r\nc: d',
    'a:\tb',
    'a: ü',
    '__proto__: 1',
    'a: 9007199254740993',
    'a: -0',
    ' a: b',
    'a:\n  b: 1\n c: 2',
    'a: 1\n  b: 2',
    'a:\n  b: 1\n  b: 2',
    '? a',
    '"a": b',
  ])('%j is left to the parser', (text) => {
    expect(plainDocument(text)).toBeUndefined()
  })

  it('means the same to the parser, whatever it is made of', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b_1',
        'yes',
        'No',
        'null',
        'True',
        'false',
        'on',
        'y',
        '~',
        '=',
        '<<',
        '0',
        '12',
        '-3',
        '0x1',
        '1.5',
        '.5',
      ],
      ...[
        '1e3',
        '10.0.0.1',
        '1:30',
        '2026-01-01',
        '/x',
        'C:\\y',
        '@',
        '%',
        '+',
        ',',
        '.',
        '-',
        '_',
        '/',
        '\\',
        ' ',
        ': ',
      ],
      ...[
        ':',
        '#',
        ' #',
        '\n',
        '\n',
        '\n  ',
        ':\n  ',
        '\n  ',
        '\n- ',
        '\nc: ',
        '\nd: ',
        '"',
        "'",
        '&',
        '*',
        '!',
        '|',
        '>',
        '[',
        '{',
        '?',
        '\u0000',
      ],
    )
    const document = fc.array(piece, { maxLength: 14 }).map((pieces) => `k: ${pieces.join('')}`)
    fc.assert(fc.property(document, expectAgreement), { numRuns: 20_000 })
  })

  it('means the same to the parser when it is nothing but plain lines', () => {
    const word = fc.stringMatching(/^[A-Za-z/_][\w./\\@%+=,: -]{0,12}$/)
    const value = fc.oneof(
      word,
      fc.integer().map(String),
      fc.constantFrom('', 'True', 'false', '1.2.3.4', '256.1.1.999'),
    )
    const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
    const line = fc.oneof(
      fc.tuple(name, value).map((both) => both.join(': ')),
      fc.constantFrom('', '# x: y', '   #'),
    )
    const document = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))
    fc.assert(fc.property(document, expectAgreement), { numRuns: 5000 })
  })
})

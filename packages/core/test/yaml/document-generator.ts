// SPDX-License-Identifier: Apache-2.0
import type { Dice } from '@halite/testing'

/** A text of one of four sorts: pieces of YAML in any order, a tree of lines, brackets, and one odd scalar in its place. */
export function generateDocument(dice: Dice): string {
  switch (dice.below(4)) {
    case 0:
      return Array.from({ length: 1 + dice.below(14) }, () => dice.pick(pieces)).join('')
    case 1:
      return lines(dice, 3, 0).trimStart()
    case 2:
      return dice.pick(['', 'a: ', '- ', '? ', 'a:\n  b: ']) + brackets(dice, 2) + dice.pick(endings)
    default:
      return (
        dice.pick(['a: ', '- ', '', 'k:\n  - ', '? ', 'a:\n ', ' ']) + dice.pick(scalars) + dice.pick(endings)
      )
  }
}

const endings = ['', '\n', '\nb: 1', '\n x', '\n- z', '\n...\n', '\n---\n', ' # c\n', '\n\tq: 1']
const breaks = ['\r\n', '\r', '\u0085', '\u2028', '\n\n', '\n \n', '\n\t\n', '\n# c\n', ' \n', '\t\n']

const scalars = [
  ...[
    'a',
    'text here',
    '',
    '1',
    '-3',
    '0x1F',
    '007',
    '08',
    '1_000',
    '1.50',
    '1e5',
    '1.0e+3',
    '0b101',
    '0b_',
    '1:2.5',
  ],
  ...[
    'yes',
    'y',
    '~',
    'null',
    'TRUE',
    'Off',
    'N',
    '12:30:45',
    '2024-01-01',
    '.5',
    '+.5',
    '-.inf',
    '.nan',
    '._1',
    '1.',
  ],
  ...[
    '"dq \\t x"',
    "'sq ''x'''",
    '"multi\n  line"',
    'plain\n  multi\n\n  line',
    "'x\n\n y'",
    '"\\x41\\u00e9\\q"',
    '"un',
    "'un",
  ],
  ...[
    '|\n  lit\n   x\n',
    '>\n  fold\n  ed\n\n  p\n',
    '|2\n    two\n',
    '|+\n  k\n\n',
    '>-\n  z\n',
    '|x',
    '>5 x',
    '|',
  ],
  ...[
    '[a, b]',
    '{a: 1, b}',
    '[]',
    '{}',
    '[a, [b, {c: d}]]',
    '{"a": 1, ? b : c}',
    '{a: [1\n, 2], b: 3}',
    '[un',
    '{un',
  ],
  ...[
    'a b: c',
    'a#b',
    'a #b',
    '=',
    '<<',
    '*a',
    '&b c',
    '!!str 5',
    '!!int "7"',
    '!foo x',
    '! 5',
    '!!binary aGk=',
    '!!set {a}',
  ],
  ...[
    '!!omap [a: 1]',
    '!',
    '!!',
    '&',
    '&a',
    '*',
    '@x',
    '%x',
    '`x',
    '-x',
    '- x',
    '?x',
    '? x',
    ',x',
    'a,b',
    'key: x',
    '{{ x }}',
  ],
  ...[
    'a\tb',
    '\ta',
    'a: \tb',
    'é😀',
    'x\u2028y',
    '"a" b',
    '[a] b',
    'a]',
    'a}',
    'a{b',
    '# c',
    '-',
    '?',
    ':',
    '::',
    'a:',
    'a :b',
  ],
  ...[':a', '--- a', '...', '...x', '---x', 'http://a.b/c?d=e', 'C:\\x', '00:11:22', '1:60'],
]

const keys = [
  ...[
    'a',
    'b',
    'c',
    'a b',
    '"q"',
    "'s'",
    '1',
    '1.5',
    'yes',
    '~',
    '? k',
    '[x]',
    '{y: 1}',
    '<<',
    '=',
    '&an d',
    '!!str e',
  ],
  ...['*x', 'é', '😀', 'a.b', '/etc/x', '-x', '?x', '"mul\n ti"', '', 'http://x', 'a\tb', '|', '0x1'],
]

const pieces = [
  ...[
    'a',
    'key',
    '- ',
    '-',
    '? ',
    '?',
    ': ',
    ':',
    ', ',
    ',',
    '[',
    ']',
    '{',
    '}',
    '&x ',
    '*x',
    '!!str ',
    '!foo ',
    '! ',
    '!',
  ],
  ...[
    '| ',
    '|',
    '>',
    '|-',
    '>+',
    '|2',
    '>1-',
    "'",
    '"',
    '\\n',
    '\\',
    '#',
    ' # c',
    '%',
    '@',
    '`',
    '\n',
    '\n',
    '\n',
    '\n  ',
  ],
  ...[
    '\n  ',
    '\n    ',
    '\n ',
    '\t',
    ' ',
    '  ',
    '~',
    'true',
    '1',
    '1.5',
    '.inf',
    '=',
    '<<',
    '<<: ',
    '---\n',
    '...\n',
    '--- ',
  ],
  ...[
    '\u2028',
    '\u0085',
    '\r\n',
    '\r',
    'é',
    '😀',
    '\ufeff',
    '%YAML 1.1\n',
    '%TAG ! x:\n',
    'key: ',
    '- b: ',
    'x: |\n  ',
  ],
  ...[
    '"q"',
    "'q'",
    '{a: 1}',
    '[1, 2]',
    '!!set ',
    '!!omap ',
    '!!binary ',
    '!!map ',
    '!!seq ',
    "it''s",
    '\\x41',
    '\\\n',
    '-\t',
    ':\t',
  ],
]

/** A mapping or list, one line an entry, with slips in indentation, breaks and blanks. */
function lines(dice: Dice, depth: number, indent: number): string {
  const pad = ' '.repeat(indent)
  const slip = dice.below(25) === 0 ? dice.pick(['', ' ', '\t', '  ']) : ''
  const separator = dice.below(30) === 0 ? dice.pick(breaks) : '\n'
  if (depth === 0 || dice.below(4) === 0) {
    const blank = dice.below(4) > 0 ? ' ' : dice.pick(['', '\t', '  ', ' &z ', ' !!str ', ` # c\n${pad}`])
    return blank + dice.pick(scalars).replaceAll('\n', `\n${pad}`)
  }
  const deeper = () => indent + Number(dice.pick(['2', '2', '2', '4', '1', '0']))
  const entry =
    dice.below(2) === 0
      ? () =>
          `${dice.pick(keys)}${dice.pick([':', ':', ':', ' :', ':\t', ''])}${lines(dice, depth - 1, deeper())}`
      : () => `${dice.pick(['-', '-', '-', '-\t', '- -'])}${lines(dice, depth - 1, indent + 2)}`
  const opening = dice.pick([separator, separator, separator, ' &m\n', ' !!map\n', ' # c\n'])
  return opening + Array.from({ length: 1 + dice.below(3) }, () => pad + slip + entry()).join(separator)
}

function brackets(dice: Dice, depth: number): string {
  const space = () => (dice.below(6) > 0 ? '' : dice.pick([' ', '\n', '\n ', '\t', '# c\n', ' # c\n']))
  if (depth === 0) return space() + dice.pick(inBrackets) + space()
  const item = () =>
    dice.below(3) > 0
      ? brackets(dice, depth - 1)
      : brackets(dice, 0) + dice.pick([':', ': ', ' : ', '? ']) + brackets(dice, depth - 1)
  const items = Array.from({ length: dice.below(4) }, item).join(dice.pick([',', ', ', ',\n', ' ,', ',,']))
  const isList = dice.below(2) === 0
  const closing = dice.pick(isList ? [']', ']', ']', ',]', '}', ''] : ['}', '}', '}', ',}', ']', ''])
  return `${space()}${isList ? '[' : '{'}${items}${closing}${space()}`
}

const inBrackets = [
  ...[
    'a',
    '"b"',
    "'c'",
    '1',
    '',
    '~',
    'a b',
    'x:y',
    '*q',
    '&q z',
    '!t',
    '?',
    '-',
    '- a',
    ':',
    'a#',
    '? b',
    '@',
    '|',
  ],
  ...['a\n b', 'http://x', '"k":1', "'k':v", 'k:', '<<', ':x', '-1', '{{ a }}'],
]

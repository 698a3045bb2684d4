// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@halite/core'
import { expect, it } from 'vitest'

it.each([
  ['role: db\nsecret: [\n', 'f:2:9: did not find expected node content: `[` is not closed'],
  ['a: [[1],\n\n', 'f:1:4: did not find expected node content: `[` is not closed'],
  ['bad: [1', "f:1:6: did not find expected ',' or ']': `[` is not closed"],
  ['a: 1\nb: {x: [1, 2]\n', "f:2:4: did not find expected ',' or '}': `{` is not closed"],
  ['a: "[" # [\nb: [c\n', "f:2:4: did not find expected ',' or ']': `[` is not closed"],
  ['id: {{ x }}', 'found unacceptable key: `{{ … }}` that is not rendered, or a list or map as key'],
  ['a:\n\tb: 1\n', 'found character that cannot start any token: a tab cannot indent a line; use blanks'],
  ['a: "x\n', 'f:1:4: found unexpected end of stream: a quote `"` is not closed'],
  ["a: 'x\n", "f:1:4: found unexpected end of stream: a quote `'` is not closed"],
  ['a:\n  b: 1\n c: 2\n', 'f:3:2: did not find expected key: this line stands deeper or less deep'],
  ['a:\n  b:\n    - 1\n   - 2\n', 'f:4:4: did not find expected key: block sequence entries are not allowed'],
  ['a: - 1\n', 'f:1:4: block sequence entries are not allowed in this context'],
  ['a: *b\n', 'f:1:4: found undefined alias'],
  ['a: 1\nfoo\nb: 2\n', "f:3:1: could not find expected ':': line 2 has no `:` with a blank behind it"],
  ['a: [1\nb: 2]\nc: 3\n', "f:2:2: did not find expected ',' or ']': `[` of line 1, column 4 is not closed"],
  ['a: \x07', 'f:1:4: unacceptable character #x0007: control characters are not allowed'],
  ['a: %b', 'f:1:4: found character that cannot start any token'],
  ['😀: 1\n😀: 2', "f:2:1: found conflicting ID '😀'"],
  ['- 😀: @', 'f:1:6: found character that cannot start any token'],
])('%j says what to do', (text, problem) => {
  expect(() => parseYaml(text, 'f')).toThrow(problem)
})

// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@halite/core'
import { expect, it } from 'vitest'

it.each([
  ['bad: [1', 'f:1:6: `[` is not closed'],
  ['a: 1\nb: {x: [1, 2]\n', 'f:2:4: `{` is not closed'],
  ['a: "[" # [\nb: [c\n', 'f:2:4: `[` is not closed'],
  ['id: {{ x }}', 'a template, or a map as key, cannot be read here'],
  ['a:\n\tb: 1\n', 'a tab cannot indent a line; use blanks'],
  ['a: "x\n', 'f:1:4: `"` is not closed'],
  ["a: 'x\n", "f:1:4: `'` is not closed"],
])('%j says what to do', (text, problem) => {
  expect(() => parseYaml(text, 'f')).toThrow(problem)
})

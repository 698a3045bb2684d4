// SPDX-License-Identifier: Apache-2.0

/** The operators of expressions and the names Jinja's messages know them by. */
export const operators: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '/': 'div',
  '//': 'floordiv',
  '*': 'mul',
  '%': 'mod',
  '**': 'pow',
  '~': 'tilde',
  '[': 'lbracket',
  ']': 'rbracket',
  '(': 'lparen',
  ')': 'rparen',
  '{': 'lbrace',
  '}': 'rbrace',
  '==': 'eq',
  '!=': 'ne',
  '>': 'gt',
  '>=': 'gteq',
  '<': 'lt',
  '<=': 'lteq',
  '=': 'assign',
  '.': 'dot',
  ':': 'colon',
  '|': 'pipe',
  ',': 'comma',
  ';': 'semicolon',
}

const descriptions: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(operators).map(([text, type]) => [type, text])),
  block_begin: 'begin of statement block',
  block_end: 'end of statement block',
  variable_begin: 'begin of print statement',
  variable_end: 'end of print statement',
  data: 'template data / text',
  eof: 'end of template',
}

/**
 * One token of a template. `type` is one of the operators' names, `name`, `string`, `integer`, `float`, `data`,
 * `block_begin`, `block_end`, `variable_begin`, `variable_end` or `eof`.
 */
export interface Token {
  readonly type: string
  /** The text: of a string what it stands for, of everything else as it was written. */
  readonly value: string
  /** Offset in the normalised source. */
  readonly at: number
}

/** A token, or an expected one (`name:endfor`, `block_end`), as Jinja's messages write it. */
export function describe(expected: string): string {
  if (expected.startsWith('name:')) return expected.slice(5)
  return descriptions[expected] ?? expected
}

/** The token as Jinja's messages write it: a name by its text, others by what they are. */
export function describeToken(token: Token): string {
  return token.type === 'name' ? token.value : describe(token.type)
}

// SPDX-License-Identifier: Apache-2.0
import { TemplateSyntaxError } from './syntax-error.ts'
import { describe, describeToken, type Token } from './token.ts'

/** Deeper nesting of expressions and statements than any person writes; a parser without it would exhaust the stack. */
const deepestNesting = 200

/** The tokens of a template with a place among them. A token is asked for by its type, or as `name:endfor`. */
export class TokenStream {
  readonly #tokens: readonly Token[]
  #index = 0
  #depth = 0

  /** `tokens` end with `eof`. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get current(): Token {
    return this.#tokens[this.#index] as Token
  }

  get #next(): Token {
    return this.#tokens[Math.min(this.#index + 1, this.#tokens.length - 1)] as Token
  }

  is(...expected: readonly string[]): boolean {
    return expected.some((one) => matches(this.current, one))
  }

  nextIs(expected: string): boolean {
    return matches(this.#next, expected)
  }

  /** Returns the current token and goes one ahead; `eof` stays. */
  advance(): Token {
    const token = this.current
    if (token.type !== 'eof') this.#index++
    return token
  }

  skipIf(expected: string): boolean {
    if (!this.is(expected)) return false
    this.advance()
    return true
  }

  /** Skips `first` followed by `second`, or nothing. */
  skipPair(first: string, second: string): boolean {
    if (!this.is(first) || !this.nextIs(second)) return false
    this.advance()
    this.advance()
    return true
  }

  expect(expected: string): Token {
    if (this.is(expected)) return this.advance()
    const wanted = describe(expected)
    if (this.current.type === 'eof') this.fail(`unexpected end of template, expected '${wanted}'.`)
    return this.fail(`expected token '${wanted}', got '${describeToken(this.current)}'`)
  }

  /** The name of something that is assigned to: an import, a macro, a parameter. Not one of the constants. */
  assignedName(): Token {
    const token = this.expect('name')
    return constants.has(token.value) ? this.fail("can't assign to 'name'", token.at) : token
  }

  fail(message: string, at = this.current.at): never {
    throw new TemplateSyntaxError(message, at)
  }

  /** Runs a rule of the grammar that may contain itself, up to a depth that no template needs. */
  nested<T>(rule: () => T): T {
    if (++this.#depth > deepestNesting) this.fail(`nested deeper than ${deepestNesting} levels`)
    try {
      return rule()
    } finally {
      this.#depth--
    }
  }
}

const constants: ReadonlySet<string> = new Set(['true', 'false', 'none', 'True', 'False', 'None'])

function matches(token: Token, expected: string): boolean {
  if (!expected.startsWith('name:')) return token.type === expected
  return token.type === 'name' && token.value === expected.slice(5)
}

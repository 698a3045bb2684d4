// SPDX-License-Identifier: Apache-2.0
import { pythonRepr } from '@halite/core'
import type { SyntaxOptions } from './options.ts'
import { unescapeLiteral } from './string-literal.ts'
import { TemplateSyntaxError } from './syntax-error.ts'
import { operators, type Token } from './token.ts'

/**
 * Cuts normalised source text into tokens; whitespace control is already applied to the data tokens, comments are gone.
 * The last token is `eof`. Throws `TemplateSyntaxError` with Jinja's message. Takes time linear in the text.
 */
export function tokenize(text: string, options: SyntaxOptions): Token[] {
  return new Lexer(text, options).run()
}

/** What a delimiter opens. */
type Opening = 'raw' | 'block' | 'variable' | 'comment' | 'linestatement' | 'linecomment'

interface Rules {
  /** Finds the next delimiter; the named group that matched is what it opens, `sign` its whitespace control. */
  readonly opening: RegExp
  readonly blockEnd: RegExp
  readonly variableEnd: RegExp
  readonly lineEnd: RegExp
  readonly commentEnd: RegExp
  readonly rawEnd: RegExp
}

const whitespace = /\s+/y
const float = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy
const integer = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy
const name = /[\p{ID_Start}_][\p{ID_Continue}]*/uy
const string = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y
const operator = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

class Lexer {
  readonly #text: string
  readonly #options: SyntaxOptions
  readonly #rules: Rules
  readonly #tokens: Token[] = []
  #at = 0

  constructor(text: string, options: SyntaxOptions) {
    this.#text = !options.keepTrailingNewline && text.endsWith('\n') ? text.slice(0, -1) : text
    this.#options = options
    this.#rules = rulesFor(options)
  }

  run(): Token[] {
    while (this.#at < this.#text.length) {
      const match = this.#find(this.#rules.opening)
      if (match === null) {
        this.#data(this.#text.slice(this.#at), this.#at)
        break
      }
      this.#open(match)
    }
    // Jinja tells a missing end by the line where its last token begins.
    this.#push('eof', '', this.#tokens.at(-1)?.at ?? 0)
    return this.#tokens
  }

  #open(match: RegExpExecArray): void {
    const [opening, delimiter] = openingOf(match)
    const start = match.index + match[0].length - delimiter.length
    this.#data(this.#stripped(this.#text.slice(this.#at, match.index), opening, signOf(match)), this.#at)
    this.#at = match.index + match[0].length
    if (opening === 'comment') this.#close(this.#rules.commentEnd, 'Missing end of comment tag', start)
    else if (opening === 'raw') this.#raw(start)
    else if (opening === 'variable') this.#expression('variable', start, this.#rules.variableEnd)
    else if (opening === 'block') this.#expression('block', start, this.#rules.blockEnd)
    else if (opening === 'linestatement') this.#expression('block', start, this.#rules.lineEnd)
    else this.#at = this.#endOfLine()
  }

  /** Data before a delimiter, after `-` or `lstripBlocks` has taken its whitespace. */
  #stripped(data: string, opening: Opening, sign: string): string {
    if (sign === '-') return data.trimEnd()
    if (sign === '+' || !this.#options.lstripBlocks || opening === 'variable') return data
    const lineStart = data.lastIndexOf('\n') + 1
    const startsLine = lineStart > 0 || this.#at === 0 || this.#text[this.#at - 1] === '\n'
    return startsLine && data.slice(lineStart).trim() === '' ? data.slice(0, lineStart) : data
  }

  #raw(start: number): void {
    const from = this.#at
    const match = this.#close(this.#rules.rawEnd, 'Missing end of raw directive', start)
    this.#data(this.#stripped(this.#text.slice(from, match.index), 'raw', match.groups?.['sign'] ?? ''), from)
  }

  #close(pattern: RegExp, problem: string, start: number): RegExpExecArray {
    const match = this.#find(pattern)
    if (match === null) throw new TemplateSyntaxError(problem, start)
    this.#at = match.index + match[0].length
    return match
  }

  #expression(kind: 'variable' | 'block', start: number, end: RegExp): void {
    this.#push(`${kind}_begin`, this.#text.slice(start, this.#at), start)
    const open: string[] = []
    while (this.#at < this.#text.length) {
      const at = this.#at
      const ending = open.length === 0 ? this.#match(end) : undefined
      if (ending !== undefined) {
        this.#push(`${kind}_end`, ending, at)
        return
      }
      if (this.#match(whitespace) === undefined) this.#token(at, open)
    }
    // The end of the text also ends a line statement.
    if (end === this.#rules.lineEnd && open.length === 0) this.#push('block_end', '', this.#at)
  }

  #token(at: number, open: string[]): void {
    const [type, text] = this.#literal(at) ?? ['operator', this.#match(operator)]
    if (text === undefined) {
      const character = String.fromCodePoint(this.#text.codePointAt(at) ?? 0)
      throw new TemplateSyntaxError(`unexpected char ${pythonRepr(character)} at ${at}`, at)
    }
    if (type === 'operator') {
      balance(text, at, open)
      this.#push(operators[text] ?? text, text, at)
    } else this.#push(type, text, at)
  }

  #literal(at: number): readonly [type: string, text: string] | undefined {
    const decimal = this.#text[at - 1] === '.' ? undefined : this.#match(float)
    if (decimal !== undefined) return ['float', decimal]
    const whole = this.#match(integer)
    if (whole !== undefined) return ['integer', whole]
    const word = this.#match(name)
    if (word !== undefined) return ['name', word.normalize('NFKC')]
    const quoted = this.#match(string)
    if (quoted === undefined) return undefined
    const content = withNewlines(quoted.slice(1, -1), this.#options.newlineSequence)
    return ['string', unescapeLiteral(content, at)]
  }

  #endOfLine(): number {
    const end = this.#text.indexOf('\n', this.#at)
    return end === -1 ? this.#text.length : end
  }

  #data(data: string, at: number): void {
    if (data !== '') this.#push('data', withNewlines(data, this.#options.newlineSequence), at)
  }

  #push(type: string, value: string, at: number): void {
    this.#tokens.push({ type, value, at })
  }

  /** The match of a global pattern at or behind the current place. */
  #find(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)
  }

  /** The text that a sticky pattern matches here, which is consumed. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return undefined
    this.#at += found.length
    return found
  }
}

function balance(sign: string, at: number, open: string[]): void {
  const closer = closing[sign]
  if (closer !== undefined) open.push(closer)
  if (sign !== ')' && sign !== ']' && sign !== '}') return
  const expected = open.pop()
  if (expected === undefined) throw new TemplateSyntaxError(`unexpected '${sign}'`, at)
  if (expected !== sign) throw new TemplateSyntaxError(`unexpected '${sign}', expected '${expected}'`, at)
}

function withNewlines(text: string, sequence: string): string {
  return sequence === '\n' ? text : text.replaceAll('\n', sequence)
}

function openingOf(match: RegExpExecArray): readonly [Opening, string] {
  for (const [name, text] of Object.entries(match.groups ?? {})) {
    if (text !== undefined && !name.startsWith('sign')) return [name as Opening, text]
  }
  throw new Error('a delimiter matched without its group')
}

function signOf(match: RegExpExecArray): string {
  for (const [name, text] of Object.entries(match.groups ?? {})) {
    if (name.startsWith('sign') && text !== undefined) return text
  }
  return ''
}

/** Patterns for one set of delimiters. A longer delimiter is tried first, so that `<%=` wins over `<%`. */
function rulesFor(options: SyntaxOptions): Rules {
  const [blockStart, blockEnd, variableStart, variableEnd, commentStart, commentEnd] = [
    options.blockStart,
    options.blockEnd,
    options.variableStart,
    options.variableEnd,
    options.commentStart,
    options.commentEnd,
  ].map(literally) as [string, string, string, string, string, string]
  const suffix = options.trimBlocks ? '\\n?' : ''
  const delimiters = [
    { size: options.commentStart.length, rule: `(?<comment>${commentStart}(?<sign1>[-+]?))` },
    { size: options.blockStart.length, rule: `(?<block>${blockStart}(?<sign2>[-+]?))` },
    { size: options.variableStart.length, rule: `(?<variable>${variableStart}(?<sign3>[-+]?))` },
    ...lineRules(options),
  ]
  delimiters.sort((one, other) => other.size - one.size)
  const raw = `(?<raw>${blockStart}(?<sign0>[-+]?)\\s*raw\\s*(?:-${blockEnd}\\s*|${blockEnd}))`
  return {
    opening: new RegExp([raw, ...delimiters.map(({ rule }) => rule)].join('|'), 'gm'),
    blockEnd: new RegExp(`\\+${blockEnd}|-${blockEnd}\\s*|${blockEnd}${suffix}`, 'y'),
    variableEnd: new RegExp(`-${variableEnd}\\s*|${variableEnd}`, 'y'),
    lineEnd: /\s*(?:\n|$)/y,
    commentEnd: new RegExp(`\\+${commentEnd}|-${commentEnd}\\s*|${commentEnd}${suffix}`, 'g'),
    rawEnd: new RegExp(
      `${blockStart}(?<sign>[-+]?)\\s*endraw\\s*(?:\\+${blockEnd}|-${blockEnd}\\s*|${blockEnd}${suffix})`,
      'g',
    ),
  }
}

function lineRules({
  lineStatementPrefix,
  lineCommentPrefix,
}: SyntaxOptions): { size: number; rule: string }[] {
  const rules: { size: number; rule: string }[] = []
  if (lineStatementPrefix !== undefined) {
    const rule = `^[ \\t\\v]*(?<linestatement>${literally(lineStatementPrefix)}(?<sign4>[-+]?))`
    rules.push({ size: lineStatementPrefix.length, rule })
  }
  if (lineCommentPrefix !== undefined) {
    const rule = `(?:^|(?<=\\S))[^\\S\\r\\n]*(?<linecomment>${literally(lineCommentPrefix)}(?<sign5>[-+]?))`
    rules.push({ size: lineCommentPrefix.length, rule })
  }
  return rules
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

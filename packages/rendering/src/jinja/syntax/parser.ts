// SPDX-License-Identifier: Apache-2.0
import type { Expression, Parameter, Statement, Target } from './ast.ts'
import { ExpressionParser } from './expressions.ts'
import { tokenize } from './lexer.ts'
import type { SyntaxOptions } from './options.ts'
import type { Source } from './source.ts'
import { TokenStream } from './token-stream.ts'

/** The statements of a template. Throws `TemplateSyntaxError` with Jinja's message. */
export function parse(source: Source, options: SyntaxOptions): Statement[] {
  return new Parser(new TokenStream(tokenize(source.text, options))).template()
}

type Rule = (parser: Parser, at: number) => Statement

/** Which rule reads a statement, by its tag. The tag itself is consumed before. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['for', (parser, at) => parser.for(at)],
  ['if', (parser, at) => parser.if(at)],
  ['set', (parser, at) => parser.set(at)],
  ['do', (parser, at) => ({ kind: 'do', at, value: parser.tuple() })],
  ['with', (parser, at) => parser.with(at)],
  ['block', (parser, at) => parser.block(at)],
  ['extends', (parser, at) => ({ kind: 'extends', at, template: parser.expression() })],
  ['include', (parser, at) => parser.include(at)],
  ['import', (parser, at) => parser.import(at, undefined)],
  ['from', (parser, at) => parser.from(at)],
  ['macro', (parser, at) => parser.macro(at)],
  ['call', (parser, at) => parser.callBlock(at)],
  ['filter', (parser, at) => parser.filterBlock(at)],
  ['print', (parser, at) => parser.print(at)],
  ['autoescape', (parser, at) => parser.autoescape(at)],
  ['break', (_parser, at) => ({ kind: 'break', at })],
  ['continue', (_parser, at) => ({ kind: 'continue', at })],
  ['load_yaml', (parser, at) => parser.load(at, 'load_yaml')],
  ['load_json', (parser, at) => parser.load(at, 'load_json')],
  ['load_text', (parser, at) => parser.load(at, 'load_text')],
  ['import_yaml', (parser, at) => parser.import(at, 'load_yaml')],
  ['import_json', (parser, at) => parser.import(at, 'load_json')],
  ['import_text', (parser, at) => parser.import(at, 'load_text')],
  ['profile', (parser, at) => parser.profile(at)],
])

/** The grammar of statements: one method for each, named after its tag. */
class Parser extends ExpressionParser {
  /** Tags that are open here, and for each body the tags that may end it, for messages about what is missing. */
  readonly #openTags: string[] = []
  readonly #awaited: (readonly string[])[] = []

  template(): Statement[] {
    return this.#statements()
  }

  /** Everything up to one of `ends`, whose tag becomes the current token; without `ends`, up to the end of the text. */
  #statements(ends?: readonly string[]): Statement[] {
    const statements: Statement[] = []
    while (!this.stream.is('eof')) {
      const { type, value, at } = this.stream.advance()
      if (type === 'data') statements.push({ kind: 'data', at, text: value })
      else if (type === 'variable_begin') statements.push(this.#output())
      else {
        if (ends?.some((end) => this.stream.is(`name:${end}`))) return statements
        statements.push(...this.#statement())
        this.stream.expect('block_end')
      }
    }
    if (ends !== undefined) this.#failUnknown(undefined)
    return statements
  }

  #output(): Statement {
    const { at } = this.stream.current
    const value = this.tuple()
    this.stream.expect('variable_end')
    return { kind: 'output', at, value }
  }

  #statement(): Statement[] {
    const tag = this.stream.current
    if (tag.type !== 'name') this.stream.fail('tag name expected')
    const rule = rules.get(tag.value)
    if (rule === undefined) return this.#failUnknown(tag.value)
    this.stream.advance()
    this.#openTags.push(tag.value)
    const statement = this.stream.nested(() => rule(this, tag.at))
    this.#openTags.pop()
    return [statement]
  }

  #failUnknown(name: string | undefined): never {
    const looking = this.#awaited
      .at(-1)
      ?.map((tag) => `'${tag}'`)
      .join(' or ')
    const parts = [name === undefined ? 'Unexpected end of template.' : `Encountered unknown tag '${name}'.`]
    if (looking !== undefined) {
      const isNested = name !== undefined && this.#awaited.some((tags) => tags.includes(name))
      parts.push(
        isNested
          ? `You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${looking}.`
          : `Jinja was looking for the following tags: ${looking}.`,
      )
    }
    const innermost = this.#openTags.at(-1)
    if (innermost !== undefined) parts.push(`The innermost block that needs to be closed is '${innermost}'.`)
    return this.stream.fail(parts.join(' '))
  }

  /** The body of a statement up to one of `ends`, which becomes the current token. */
  #body(...ends: readonly string[]): Statement[] {
    this.stream.skipIf('colon')
    this.stream.expect('block_end')
    this.#awaited.push(ends)
    const statements = this.#statements(ends)
    this.#awaited.pop()
    return statements
  }

  #bodyUntil(end: string): Statement[] {
    const statements = this.#body(end)
    this.stream.advance()
    return statements
  }

  for(at: number): Statement {
    const target = this.target({ endsAt: 'name:in' })
    this.stream.expect('name:in')
    const iterable = this.tuple({ withIf: false, endsAt: 'name:recursive' })
    const test = this.stream.skipIf('name:if') ? this.expression() : undefined
    const recursive = this.stream.skipIf('name:recursive')
    const body = this.#body('endfor', 'else')
    const otherwise = this.stream.advance().value === 'else' ? this.#bodyUntil('endfor') : []
    return { kind: 'for', at, target, iterable, test, recursive, body, otherwise }
  }

  if(at: number): Statement {
    const branches: { test: Expression; body: Statement[] }[] = []
    while (true) {
      const test = this.tuple({ withIf: false })
      branches.push({ test, body: this.#body('elif', 'else', 'endif') })
      const { value } = this.stream.advance()
      if (value === 'elif') continue
      return { kind: 'if', at, branches, otherwise: value === 'else' ? this.#bodyUntil('endif') : [] }
    }
  }

  set(at: number): Statement {
    const target = this.target({ withNamespace: true })
    if (this.stream.skipIf('assign')) return { kind: 'set', at, target, value: this.tuple() }
    const filter = this.stream.skipIf('pipe') ? this.filter(undefined) : undefined
    return { kind: 'set-block', at, target, filter, body: this.#bodyUntil('endset') }
  }

  with(at: number): Statement {
    const bindings: [Target, Expression][] = []
    while (!this.stream.is('block_end')) {
      if (bindings.length > 0) this.stream.expect('comma')
      const target = this.target()
      this.stream.expect('assign')
      bindings.push([target, this.expression()])
    }
    return { kind: 'with', at, bindings, body: this.#bodyUntil('endwith') }
  }

  block(at: number): Statement {
    const name = this.stream.expect('name').value
    const scoped = this.stream.skipIf('name:scoped')
    const required = this.stream.skipIf('name:required')
    if (this.stream.is('sub')) {
      this.stream.fail(
        'Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.',
      )
    }
    const body = this.#bodyUntil('endblock')
    if (required && body.some((one) => one.kind !== 'data' || one.text.trim() !== '')) {
      this.stream.fail('Required blocks can only contain comments or whitespace')
    }
    this.stream.skipIf(`name:${name}`)
    return { kind: 'block', at, name, scoped, required, body }
  }

  include(at: number): Statement {
    const template = this.expression()
    const ignoreMissing = this.stream.skipPair('name:ignore', 'name:missing')
    return { kind: 'include', at, template, ignoreMissing, withContext: this.#context() ?? true }
  }

  import(at: number, format: string | undefined): Statement {
    const template = this.expression()
    this.stream.expect('name:as')
    const target = this.stream.assignedName().value
    return { kind: 'import', at, template, target, withContext: this.#context() ?? false, format }
  }

  from(at: number): Statement {
    const template = this.expression()
    this.stream.expect('name:import')
    const names: [string, string][] = []
    let withContext = this.#context()
    while (withContext === undefined) {
      if (names.length > 0) this.stream.expect('comma')
      withContext = this.#context()
      if (withContext !== undefined) break
      names.push(this.#importedName())
      withContext = this.#context()
      if (withContext === undefined && !this.stream.is('comma')) break
    }
    return { kind: 'from-import', at, template, names, withContext: withContext ?? false }
  }

  #importedName(): [string, string] {
    const { value: name, at } = this.stream.assignedName()
    if (name.startsWith('_')) this.stream.fail('names starting with an underline can not be imported', at)
    return [name, this.stream.skipIf('name:as') ? this.stream.assignedName().value : name]
  }

  /** `with context` or `without context`; undefined when neither stands here. */
  #context(): boolean | undefined {
    if (this.stream.skipPair('name:with', 'name:context')) return true
    return this.stream.skipPair('name:without', 'name:context') ? false : undefined
  }

  macro(at: number): Statement {
    const name = this.stream.assignedName().value
    const parameters = this.#signature()
    return { kind: 'macro', at, name, parameters, body: this.#bodyUntil('endmacro') }
  }

  callBlock(at: number): Statement {
    const parameters = this.stream.is('lparen') ? this.#signature() : []
    const call = this.expression()
    if (call.kind !== 'call') return this.stream.fail('expected call', at)
    return { kind: 'call-block', at, parameters, call, body: this.#bodyUntil('endcall') }
  }

  #signature(): Parameter[] {
    this.stream.expect('lparen')
    const parameters: Parameter[] = []
    while (!this.stream.is('rparen')) {
      if (parameters.length > 0) this.stream.expect('comma')
      const { value: name, at } = this.stream.assignedName()
      const fallback = this.stream.skipIf('assign') ? this.expression() : undefined
      if (fallback === undefined && parameters.at(-1)?.fallback !== undefined) {
        this.stream.fail('non-default argument follows default argument')
      }
      parameters.push({ name, at, fallback })
    }
    this.stream.expect('rparen')
    return parameters
  }

  filterBlock(at: number): Statement {
    const filter = this.filter(undefined)
    return { kind: 'filter-block', at, filter, body: this.#bodyUntil('endfilter') }
  }

  print(at: number): Statement {
    const parts: Expression[] = []
    while (!this.stream.is('block_end')) {
      if (parts.length > 0) this.stream.expect('comma')
      parts.push(this.expression())
    }
    return { kind: 'output', at, value: { kind: 'concat', at, parts } }
  }

  autoescape(at: number): Statement {
    const enabled = this.expression()
    return { kind: 'autoescape', at, enabled, body: this.#bodyUntil('endautoescape') }
  }

  load(at: number, format: string): Statement {
    this.stream.expect('name:as')
    const target = this.target()
    return { kind: 'load', at, format, target, body: this.#bodyUntil('endload') }
  }

  profile(at: number): Statement {
    this.stream.expect('name:as')
    const label = this.expression()
    return { kind: 'profile', at, label, body: this.#bodyUntil('endprofile') }
  }
}

// SPDX-License-Identifier: Apache-2.0
import type {
  BlockNode,
  CallBlockNode,
  ForNode,
  IfNode,
  ImportNode,
  LoadNode,
  MacroNode,
  Parameter,
  SetBlockNode,
  Statement,
  Target,
} from '../syntax/ast.ts'
import { TemplateSyntaxError } from '../syntax/syntax-error.ts'
import { ExpressionCompiler } from './expressions.ts'
import { FunctionState, Scope, Unit } from './scope.ts'
import { mentions, storedNames, targetNames } from './stored-names.ts'

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>

/** Turns statements into JavaScript statements that append to a variable. */
export class StatementCompiler extends ExpressionCompiler {
  /** Name → code of the function of each block of the template. */
  readonly blocks = new Map<string, string>()
  /** Whether output has to stop once a parent template is known. */
  #extends = false
  /** Where bodies of filter blocks at the top level are collected: text behind `extends` is missing there too. */
  readonly #outputs = new Set<string>()

  /** The function of a template's top level. */
  template(statements: readonly Statement[]): string {
    this.#extends = mayExtend(statements)
    return this.#unit((scope) => {
      const body = this.#scoped(statements, scope, 'out')
      const parent = this.#extends ? 'let parent;\n' : ''
      const end = this.#extends
        ? 'return parent === undefined ? out : out + await rt.renderParent(parent, ctx);'
        : 'return out;'
      if (this.#extends) scope.fn.isAsync = true
      return `${parent}let out = "";\n${body}${end}`
    }, true)
  }

  #unit(build: (scope: Scope) => string, isTop: boolean): string {
    const unit = new Unit()
    const fn = new FunctionState(unit)
    const scope = new Scope({ fn, isTop })
    const body = build(scope)
    const resolved = [...unit.resolved].map(
      ([name, variable]) => `const ${variable} = ctx.resolve(${JSON.stringify(name)});\n`,
    )
    return this.#function(fn, '(rt, ctx)', resolved.join('') + body)
  }

  #function(fn: FunctionState, parameters: string, body: string): string {
    const temporaries = fn.temporaries.length === 0 ? '' : `let ${fn.temporaries.join(', ')};\n`
    return `${fn.isAsync ? 'async ' : ''}${parameters} => {\n${temporaries}${body}\n}`
  }

  /** A body with the declarations of what it assigns in front. A name begins as what it means outside. */
  #scoped(statements: readonly Statement[], scope: Scope, out: string): string {
    let code = ''
    for (const name of storedNames(statements)) {
      if (scope.own(name) !== undefined) continue
      const outer = scope.parent?.find(name) ?? `ctx.resolve(${JSON.stringify(name)})`
      const variable = this.code.fresh(name)
      scope.declare(name, variable)
      code += `let ${variable} = ${outer};\n`
    }
    return code + this.#body(statements, scope, out)
  }

  #body(statements: readonly Statement[], scope: Scope, out: string): string {
    return statements.map((statement) => this.#statement(statement, scope, out)).join('')
  }

  #inner(statements: readonly Statement[], scope: Scope, out: string): string {
    return `{\n${this.#scoped(statements, new Scope({ parent: scope, fn: scope.fn }), out)}}\n`
  }

  #statement(node: Statement, scope: Scope, out: string): string {
    switch (node.kind) {
      case 'data':
        return this.#append(JSON.stringify(node.text), out)
      case 'output':
        return this.#append(this.#printed(this.value(node.value, scope), node.value.at, scope), out)
      case 'set':
        return this.#assign(node.target, this.value(node.value, scope), scope)
      case 'set-block':
        return this.#setBlock(node, scope)
      case 'do':
        return `${this.value(node.value, scope)};\n`
      case 'if':
        return this.#if(node, scope, out)
      case 'for':
        return this.#for(node, scope, out)
      case 'break':
      case 'continue':
        if (!scope.inLoop) throw new TemplateSyntaxError(`'${node.kind}' outside loop`, node.at)
        return `${node.kind};\n`
      case 'with':
        return this.#with(node, scope, out)
      case 'autoescape':
        return this.#autoescape(node, scope, out)
      case 'filter-block':
        return this.#filterBlock(node, scope, out)
      case 'macro':
        return this.#assign({ kind: 'name', at: node.at, name: node.name }, this.#macro(node, scope), scope)
      case 'call-block':
        return this.#callBlock(node, scope, out)
      case 'block':
        return this.#block(node, scope, out)
      case 'extends':
        return this.#extendsStatement(node, scope)
      case 'include':
        return this.#include(node, scope, out)
      case 'import':
        return this.#import(node, scope)
      case 'from-import':
        return this.#fromImport(node, scope)
      case 'load':
        return this.#load(node, scope)
      case 'profile':
        return `rt.profileStart(${this.value(node.label, scope)}, ${node.at});\n${this.#body(node.body, scope, out)}rt.profileEnd();\n`
    }
  }

  #printed(value: string, at: number, scope: Scope): string {
    if (scope.escapes === undefined) return `rt.print(${value}, ${at})`
    return `rt.print(${scope.escapes} ? rt.escaped(${value}, ${at}) : ${value}, ${at})`
  }

  #autoescape(node: Of<'autoescape'>, scope: Scope, out: string): string {
    const escapes = this.code.fresh('escapes')
    const inner = new Scope({ parent: scope, fn: scope.fn, escapes })
    const test = this.condition(node.enabled, scope)
    return `{\nconst ${escapes} = ${test};\n${this.#scoped(node.body, inner, out)}}\n`
  }

  /** Text behind `extends` is not part of the output. */
  #append(code: string, out: string): string {
    const statement = `${out} += ${code};\n`
    return this.#isOutput(out) ? `if (parent === undefined) ${statement}` : statement
  }

  /** What is made by another template, a macro or a filter is put before the output of the parent. */
  #appendAlways(code: string, out: string): string {
    return `${out} += ${code};\n`
  }

  #isOutput(out: string): boolean {
    return this.#extends && (out === 'out' || this.#outputs.has(out))
  }

  #assign(target: Target, value: string, scope: Scope): string {
    if (target.kind === 'nsref') {
      const namespace = this.code.read(target.name, scope)
      return `rt.setAttribute(${namespace}, ${value}, ${this.code.constant({ name: target.attribute, at: target.at })});\n`
    }
    if (target.kind === 'name') {
      const variable = this.#variable(target, scope)
      return scope.isTop
        ? `ctx.assign(${JSON.stringify(target.name)}, ${variable} = ${value});\n`
        : `${variable} = ${value};\n`
    }
    const parts = this.code.temporary(scope.fn)
    const each = target.items.map((item, index) => this.#assign(item, `${parts}[${index}]`, scope))
    // The parts are held in a variable of their own, which an inner tuple does not share.
    return `${parts} = rt.unpack(${value}, ${target.items.length}, ${target.at});\n${each.join('')}`
  }

  #variable(target: { readonly name: string; readonly at: number }, scope: Scope): string {
    const variable = scope.find(target.name)
    if (variable === undefined) throw new TemplateSyntaxError(`cannot assign to '${target.name}'`, target.at)
    return variable
  }

  #captured(body: readonly Statement[], scope: Scope, then: (text: string) => string): string {
    const text = this.code.fresh('text')
    const inner = this.#inner(body, scope, text)
    return `let ${text} = "";\n${inner}${then(text)}`
  }

  #filterBlock(node: Of<'filter-block'>, scope: Scope, out: string): string {
    const text = this.code.fresh('text')
    if (this.#isOutput(out)) this.#outputs.add(text)
    const body = this.#inner(node.body, scope, text)
    const filtered = `rt.blockText(${this.filtered(node.filter, text, scope)}, ${node.at})`
    return `let ${text} = "";\n${body}${this.#appendAlways(filtered, out)}`
  }

  #setBlock(node: SetBlockNode, scope: Scope): string {
    return this.#captured(node.body, scope, (text) => {
      const value = node.filter === undefined ? text : this.filtered(node.filter, text, scope)
      return this.#assign(node.target, value, scope)
    })
  }

  #if(node: IfNode, scope: Scope, out: string): string {
    // A filter that there is not is an error where it is used, not where it is written.
    const soft = new Scope({ parent: scope, fn: scope.fn, isTop: scope.isTop, isSoft: true })
    const branches = node.branches.map(({ test, body }) => {
      return `if (${this.condition(test, soft)}) {\n${this.#body(body, soft, out)}}`
    })
    const otherwise = node.otherwise.length === 0 ? '' : ` else {\n${this.#body(node.otherwise, soft, out)}}`
    return `${branches.join(' else ')}${otherwise}\n`
  }

  #for(node: ForNode, scope: Scope, out: string): string {
    if (targetNames(node.target).includes('loop')) {
      throw new TemplateSyntaxError("Can't assign to special loop variable in for-loop", node.target.at)
    }
    if (!node.recursive) return this.#loop(node, scope, { out, items: this.value(node.iterable, scope) })
    return this.#recursive(node, scope, out)
  }

  #recursive(node: ForNode, scope: Scope, out: string): string {
    const [render, items, depth, text] = ['render', 'items', 'depth', 'text'].map((name) =>
      this.code.fresh(name),
    ) as [string, string, string, string]
    const fn = new FunctionState(scope.fn.unit)
    const own = new Scope({ parent: scope, fn })
    const body = this.#loop(node, own, { out: text, items, recursion: { render, depth } })
    const code = this.#function(fn, `(${items}, ${depth})`, `let ${text} = "";\n${body}return ${text};`)
    const first = this.code.awaiting(`${render}(${this.value(node.iterable, scope)}, 0)`, scope.fn)
    return `const ${render} = ${code};\n${this.#append(first, out)}`
  }

  #loop(
    node: ForNode,
    scope: Scope,
    use: { out: string; items: string; recursion?: { readonly render: string; readonly depth: string } },
  ): string {
    const usesLoop = node.recursive || mentions(node.body, 'loop')
    const inner = new Scope({ parent: scope, fn: scope.fn, inLoop: true })
    const [item, items, loop, ran] = ['item', 'items', 'loop', 'ran'].map((name) =>
      this.code.fresh(name),
    ) as [string, string, string, string]
    const bind = this.#bindTargets(node.target, item, inner)
    const source = `rt.iterate(${use.items}, ${node.iterable.at})`
    let filter = ''
    if (node.test !== undefined && !usesLoop) filter = `if (!${this.condition(node.test, inner)}) continue;\n`
    let before = `const ${items} = ${source};\n`
    if (node.test !== undefined && usesLoop) before += this.#filteredItems(node, items, scope)
    const isLoop = usesLoop
      ? `const ${loop} = rt.loop(${this.#kept(node, items, usesLoop)}, ${use.recursion === undefined ? 'undefined, 0' : `${use.recursion.render}, ${use.recursion.depth}`});\n`
      : ''
    if (usesLoop) inner.declare('loop', loop)
    const body = this.#scoped(node.body, inner, use.out)
    const marks = node.otherwise.length === 0 ? '' : `${ran} = true;\n`
    const iterated = usesLoop ? loop : items
    const otherwise =
      node.otherwise.length === 0 ? '' : `if (!${ran}) ${this.#inner(node.otherwise, scope, use.out)}`
    return `{\n${before}${isLoop}${marks === '' ? '' : `let ${ran} = false;\n`}for (const ${item} of ${iterated}) {\nrt.tick(${use.out}.length);\n${bind}${filter}${marks}${body}}\n${otherwise}}\n`
  }

  #kept(node: ForNode, items: string, usesLoop: boolean): string {
    return node.test !== undefined && usesLoop ? `${items}_kept` : items
  }

  /** With `loop`, which knows how many items there are, the condition is applied to all of them first. */
  #filteredItems(node: ForNode, items: string, scope: Scope): string {
    const inner = new Scope({ parent: scope, fn: scope.fn })
    const item = this.code.fresh('item')
    const bind = this.#bindTargets(node.target, item, inner)
    const test = node.test === undefined ? 'true' : this.condition(node.test, inner)
    return `const ${items}_kept = [];\nfor (const ${item} of ${items}) {\n${bind}if (${test}) ${items}_kept.push(${item});\n}\n`
  }

  #bindTargets(target: Target, item: string, inner: Scope): string {
    let code = ''
    for (const name of targetNames(target)) {
      const variable = this.code.fresh(name)
      inner.declare(name, variable)
      code += `let ${variable};\n`
    }
    return code + this.#assign(target, item, inner)
  }

  #with(node: Of<'with'>, scope: Scope, out: string): string {
    const inner = new Scope({ parent: scope, fn: scope.fn })
    const values = node.bindings.map(([, value]) => {
      const held = this.code.fresh('with')
      return { held, code: `const ${held} = ${this.value(value, scope)};\n` }
    })
    const bind = node.bindings.map(([target], index) =>
      this.#bindTargets(target, values[index]?.held ?? '', inner),
    )
    const body = this.#scoped(node.body, inner, out)
    return `{\n${values.map(({ code }) => code).join('')}${bind.join('')}${body}}\n`
  }

  #macro(node: MacroNode, scope: Scope): string {
    return this.#macroOf(JSON.stringify(node.name), node, scope)
  }

  /** The parameters come first, then `caller`, `kwargs` and `varargs` where the body mentions them. */
  #macroOf(name: string, node: MacroNode | CallBlockNode | LoadNode, scope: Scope): string {
    const parameters = node.kind === 'load' ? [] : node.parameters
    const fn = new FunctionState(scope.fn.unit)
    const inner = new Scope({ parent: scope, fn, inLoop: false })
    const variables = parameters.map((parameter) => {
      const variable = this.code.fresh(parameter.name)
      inner.declare(parameter.name, variable)
      return variable
    })
    const special = ['caller', 'kwargs', 'varargs'].filter((each) => {
      return inner.own(each) === undefined && mentions(node.body, each)
    })
    for (const each of special) {
      const variable = this.code.fresh(each)
      inner.declare(each, variable)
      variables.push(variable)
    }
    const defaults = parameters.map((parameter, index) =>
      this.#default(parameter, variables[index] ?? '', inner),
    )
    const text = this.code.fresh('text')
    const body = `${defaults.join('')}let ${text} = "";\n${this.#scoped(node.body, inner, text)}return ${text};`
    const shape = this.code.constant({ parameters: parameters.map((parameter) => parameter.name), special })
    return `rt.macro(${name}, ${shape}, ${this.#function(fn, `(${variables.join(', ')})`, body)})`
  }

  #default(parameter: Parameter, variable: string, scope: Scope): string {
    const { name, fallback, at } = parameter
    const value =
      fallback === undefined ? `rt.notProvided(${JSON.stringify(name)}, ${at})` : this.value(fallback, scope)
    return `if (${variable} === undefined) ${variable} = ${value};\n`
  }

  #callBlock(node: CallBlockNode, scope: Scope, out: string): string {
    const caller = this.code.fresh('caller')
    const macro = this.#macroOf('undefined', node, scope)
    const call = this.callWith(node.call, scope, caller)
    return `{\nconst ${caller} = ${macro};\n${this.#appendAlways(`rt.print(${this.code.awaiting(call, scope.fn)}, ${node.at})`, out)}}\n`
  }

  #load(node: LoadNode, scope: Scope): string {
    return this.#captured(node.body, scope, (text) => {
      const { code } = this.code.native('filter', { name: node.format, at: node.at }, scope)
      return this.#assign(
        node.target,
        `rt.filter(${code}, { args: [${text}], keywords: undefined }, ${node.at})`,
        scope,
      )
    })
  }

  #block(node: BlockNode, scope: Scope, out: string): string {
    if (this.blocks.has(node.name))
      throw new TemplateSyntaxError(`block '${node.name}' defined twice`, node.at)
    this.blocks.set(node.name, '')
    const site = this.code.constant({ name: node.name, at: node.at })
    const code = this.#unit((inner) => {
      inner.declare('super', 'superBlock')
      const body = this.#scoped(node.body, inner, 'text')
      const parent = mentions(node.body, 'super')
        ? `const superBlock = rt.superOf(ctx, self, ${site});\n`
        : ''
      return `${parent}let text = "";\n${body}return text;`
    }, false)
    this.blocks.set(node.name, `rt.defineBlock(${node.required}, (self) => ${code})`)
    const locals = node.scoped ? this.#locals(scope) : 'undefined'
    scope.fn.isAsync = true
    const block = `await rt.renderBlock(ctx, ${site}, ${locals})`
    return scope.isTop ? this.#append(block, out) : this.#appendAlways(block, out)
  }

  /** Name → value of what is assigned around here, for templates that see this context. */
  #locals(scope: Scope): string {
    const entries = [...scope.visible()].filter(([name]) => name !== 'super')
    return `[${entries.map(([name, variable]) => `[${JSON.stringify(name)}, ${variable}]`).join(', ')}]`
  }

  #extendsStatement(node: Of<'extends'>, scope: Scope): string {
    if (!scope.isTop) throw new TemplateSyntaxError('cannot use extend from a non top-level scope', node.at)
    scope.fn.isAsync = true
    return `parent = await rt.extend(ctx, ${this.value(node.template, scope)}, { parent, at: ${node.at} });\n`
  }

  #include(node: Of<'include'>, scope: Scope, out: string): string {
    scope.fn.isAsync = true
    const locals = node.withContext ? this.#locals(scope) : 'undefined'
    const template = this.value(node.template, scope)
    return this.#appendAlways(
      `await rt.include(ctx, ${template}, { locals: ${locals}, ignoreMissing: ${node.ignoreMissing}, at: ${node.at} })`,
      out,
    )
  }

  #imported(node: ImportNode | Of<'from-import'>, scope: Scope): string {
    scope.fn.isAsync = true
    const locals = node.withContext ? this.#locals(scope) : 'undefined'
    return `await rt.importModule(ctx, ${this.value(node.template, scope)}, { locals: ${locals}, at: ${node.at} })`
  }

  #import(node: ImportNode, scope: Scope): string {
    const module = this.#imported(node, scope)
    const target: Target = { kind: 'name', at: node.at, name: node.target }
    if (node.format === undefined) return this.#assign(target, module, scope)
    const { code } = this.code.native('filter', { name: node.format, at: node.at }, scope)
    return this.#assign(
      target,
      `rt.filter(${code}, { args: [${module}], keywords: undefined }, ${node.at})`,
      scope,
    )
  }

  #fromImport(node: Of<'from-import'>, scope: Scope): string {
    const module = this.code.fresh('module')
    const names = node.names.map(([name, as]) => {
      const value = `rt.imported(${module}, ${JSON.stringify(name)}, ${node.at})`
      return this.#assign({ kind: 'name', at: node.at, name: as }, value, scope)
    })
    return `{\nconst ${module} = ${this.#imported(node, scope)};\n${names.join('')}}\n`
  }
}

function mayExtend(statements: readonly Statement[]): boolean {
  return statements.some((statement) => {
    if (statement.kind === 'if') {
      return [...statement.branches.map(({ body }) => body), statement.otherwise].some(mayExtend)
    }
    return statement.kind === 'extends' || (statement.kind === 'profile' && mayExtend(statement.body))
  })
}

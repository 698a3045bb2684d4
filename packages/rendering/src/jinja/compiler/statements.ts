// SPDX-License-Identifier: Apache-2.0
import type { IfNode, SetBlockNode, Statement } from '../syntax/ast.ts'
import { TemplateSyntaxError } from '../syntax/syntax-error.ts'
import { Scope } from './scope.ts'
import { TemplateJoinCompiler } from './templates.ts'

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>

/** Turns statements into JavaScript statements that append to a variable. */
export class StatementCompiler extends TemplateJoinCompiler {
  /** The function of a template's top level. */
  template(statements: readonly Statement[]): string {
    this.mayExtend = mayExtend(statements)
    return this.unit((scope) => {
      const body = this.scoped(statements, scope, 'out')
      const parent = this.mayExtend ? 'let parent;\n' : ''
      const end = this.mayExtend
        ? 'return parent === undefined ? out : out + await rt.renderParent(parent, ctx);'
        : 'return out;'
      if (this.mayExtend) scope.fn.isAsync = true
      return `${parent}let out = "";\n${body}${end}`
    }, true)
  }

  protected override statement(node: Statement, scope: Scope, out: string): string {
    switch (node.kind) {
      case 'data':
        return this.append(JSON.stringify(node.text), out)
      case 'output':
        return this.append(this.#printed(this.value(node.value, scope), node.value.at, scope), out)
      case 'set':
        return this.assign(node.target, this.value(node.value, scope), scope)
      case 'set-block':
        return this.#setBlock(node, scope)
      case 'do':
        return `${this.value(node.value, scope)};\n`
      case 'if':
        return this.#if(node, scope, out)
      case 'for':
        return this.forLoop(node, scope, out)
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
        return this.assign({ kind: 'name', at: node.at, name: node.name }, this.macro(node, scope), scope)
      case 'call-block':
        return this.callBlock(node, scope, out)
      case 'block':
        return this.block(node, scope, out)
      case 'extends':
        return this.extendsStatement(node, scope)
      case 'include':
        return this.include(node, scope, out)
      case 'import':
        return this.importStatement(node, scope)
      case 'from-import':
        return this.fromImport(node, scope)
      case 'load':
        return this.load(node, scope)
      case 'profile':
        return `rt.profileStart(${this.value(node.label, scope)}, ${node.at});\n${this.body(node.body, scope, out)}rt.profileEnd();\n`
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
    return `{\nconst ${escapes} = ${test};\n${this.scoped(node.body, inner, out)}}\n`
  }

  #filterBlock(node: Of<'filter-block'>, scope: Scope, out: string): string {
    const text = this.code.fresh('text')
    if (this.isOutput(out)) this.filterOutputs.add(text)
    const body = this.inner(node.body, scope, text)
    const filtered = `rt.blockText(${this.filtered(node.filter, text, scope)}, ${node.at})`
    return `let ${text} = "";\n${body}${this.appendAlways(filtered, out)}`
  }

  #setBlock(node: SetBlockNode, scope: Scope): string {
    return this.captured(node.body, scope, (text) => {
      const value = node.filter === undefined ? text : this.filtered(node.filter, text, scope)
      return this.assign(node.target, value, scope)
    })
  }

  #if(node: IfNode, scope: Scope, out: string): string {
    // A filter that there is not is an error where it is used, not where it is written.
    const soft = new Scope({ parent: scope, fn: scope.fn, isTop: scope.isTop, isSoft: true })
    const branches = node.branches.map(({ test, body }) => {
      return `if (${this.condition(test, soft)}) {\n${this.body(body, soft, out)}}`
    })
    const otherwise = node.otherwise.length === 0 ? '' : ` else {\n${this.body(node.otherwise, soft, out)}}`
    return `${branches.join(' else ')}${otherwise}\n`
  }

  #with(node: Of<'with'>, scope: Scope, out: string): string {
    const inner = new Scope({ parent: scope, fn: scope.fn })
    const values = node.bindings.map(([, value]) => {
      const held = this.code.fresh('with')
      return { held, code: `const ${held} = ${this.value(value, scope)};\n` }
    })
    const bind = node.bindings.map(([target], index) =>
      this.bindTargets(target, values[index]?.held ?? '', inner),
    )
    const body = this.scoped(node.body, inner, out)
    return `{\n${values.map(({ code }) => code).join('')}${bind.join('')}${body}}\n`
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

// SPDX-License-Identifier: Apache-2.0
import type { Statement, Target } from '../syntax/ast.ts'
import { TemplateSyntaxError } from '../syntax/syntax-error.ts'
import { ExpressionCompiler } from './expressions.ts'
import { FunctionState, Scope, Unit } from './scope.ts'
import { storedNames, targetNames } from './stored-names.ts'

/** What statements are made of: functions, bodies with the names that they assign, and where their output goes. */
export abstract class BodyCompiler extends ExpressionCompiler {
  /** Whether output has to stop once a parent template is known. */
  protected mayExtend = false
  /** Where bodies of filter blocks at the top level are collected: text behind `extends` is missing there too. */
  protected readonly filterOutputs = new Set<string>()

  /** JavaScript statements for one statement, which append what it prints to the variable `out`. */
  protected abstract statement(node: Statement, scope: Scope, out: string): string

  protected functionOf(fn: FunctionState, parameters: string, body: string): string {
    const temporaries = fn.temporaries.length === 0 ? '' : `let ${fn.temporaries.join(', ')};\n`
    return `${fn.isAsync ? 'async ' : ''}${parameters} => {\n${temporaries}${body}\n}`
  }

  /** A body with the declarations of what it assigns in front. A name begins as what it means outside. */
  protected scoped(statements: readonly Statement[], scope: Scope, out: string): string {
    let code = ''
    for (const name of storedNames(statements)) {
      if (scope.own(name) !== undefined) continue
      const outer = scope.parent?.find(name) ?? `ctx.resolve(${JSON.stringify(name)})`
      const variable = this.code.fresh(name)
      scope.declare(name, variable)
      code += `let ${variable} = ${outer};\n`
    }
    return code + this.body(statements, scope, out)
  }

  protected body(statements: readonly Statement[], scope: Scope, out: string): string {
    return statements.map((statement) => this.statement(statement, scope, out)).join('')
  }

  protected inner(statements: readonly Statement[], scope: Scope, out: string): string {
    return `{\n${this.scoped(statements, new Scope({ parent: scope, fn: scope.fn }), out)}}\n`
  }

  /** Text behind `extends` is not part of the output. */
  protected append(code: string, out: string): string {
    const statement = `${out} += ${code};\n`
    return this.isOutput(out) ? `if (parent === undefined) ${statement}` : statement
  }

  /** What is made by another template, a macro or a filter is put before the output of the parent. */
  protected appendAlways(code: string, out: string): string {
    return `${out} += ${code};\n`
  }

  protected isOutput(out: string): boolean {
    return this.mayExtend && (out === 'out' || this.filterOutputs.has(out))
  }

  protected assign(target: Target, value: string, scope: Scope): string {
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
    const each = target.items.map((item, index) => this.assign(item, `${parts}[${index}]`, scope))
    // The parts are held in a variable of their own, which an inner tuple does not share.
    return `${parts} = rt.unpack(${value}, ${target.items.length}, ${target.at});\n${each.join('')}`
  }

  #variable(target: { readonly name: string; readonly at: number }, scope: Scope): string {
    const variable = scope.find(target.name)
    if (variable === undefined) throw new TemplateSyntaxError(`cannot assign to '${target.name}'`, target.at)
    return variable
  }

  protected bindTargets(target: Target, item: string, inner: Scope): string {
    let code = ''
    for (const name of targetNames(target)) {
      const variable = this.code.fresh(name)
      inner.declare(name, variable)
      code += `let ${variable};\n`
    }
    return code + this.assign(target, item, inner)
  }

  protected captured(body: readonly Statement[], scope: Scope, then: (text: string) => string): string {
    const text = this.code.fresh('text')
    const inner = this.inner(body, scope, text)
    return `let ${text} = "";\n${inner}${then(text)}`
  }

  /** Name → value of what is assigned around here, for templates that see this context. */
  protected locals(scope: Scope): string {
    const entries = [...scope.visible()].filter(([name]) => name !== 'super')
    return `[${entries.map(([name, variable]) => `[${JSON.stringify(name)}, ${variable}]`).join(', ')}]`
  }

  protected unit(build: (scope: Scope) => string, isTop: boolean): string {
    const unit = new Unit()
    const fn = new FunctionState(unit)
    const scope = new Scope({ fn, isTop })
    const body = build(scope)
    const resolved = [...unit.resolved].map(
      ([name, variable]) => `const ${variable} = ctx.resolve(${JSON.stringify(name)});\n`,
    )
    return this.functionOf(fn, '(rt, ctx)', resolved.join('') + body)
  }
}

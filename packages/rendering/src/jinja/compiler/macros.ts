// SPDX-License-Identifier: Apache-2.0
import type { CallBlockNode, LoadNode, MacroNode, Parameter } from '../syntax/ast.ts'
import { LoopCompiler } from './loops.ts'
import { FunctionState, Scope } from './scope.ts'
import { mentions } from './stored-names.ts'

/** Turns `macro` and `call` into JavaScript. */
export abstract class MacroCompiler extends LoopCompiler {
  protected macro(node: MacroNode, scope: Scope): string {
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
    const body = `${defaults.join('')}let ${text} = "";\n${this.scoped(node.body, inner, text)}return ${text};`
    const shape = this.code.constant({ parameters: parameters.map((parameter) => parameter.name), special })
    return `rt.macro(${name}, ${shape}, ${this.functionOf(fn, `(${variables.join(', ')})`, body)})`
  }

  #default(parameter: Parameter, variable: string, scope: Scope): string {
    const { name, fallback, at } = parameter
    const value =
      fallback === undefined ? `rt.notProvided(${JSON.stringify(name)}, ${at})` : this.value(fallback, scope)
    return `if (${variable} === undefined) ${variable} = ${value};\n`
  }

  protected callBlock(node: CallBlockNode, scope: Scope, out: string): string {
    const caller = this.code.fresh('caller')
    const macro = this.#macroOf('undefined', node, scope)
    const call = this.callWith(node.call, scope, caller)
    return `{\nconst ${caller} = ${macro};\n${this.appendAlways(`rt.print(${this.code.awaiting(call, scope.fn)}, ${node.at})`, out)}}\n`
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { ForNode } from '../syntax/ast.ts'
import { TemplateSyntaxError } from '../syntax/syntax-error.ts'
import { BodyCompiler } from './bodies.ts'
import { FunctionState, Scope } from './scope.ts'
import { mentions, targetNames } from './stored-names.ts'

/** Turns `for` into JavaScript. */
export abstract class LoopCompiler extends BodyCompiler {
  protected forLoop(node: ForNode, scope: Scope, out: string): string {
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
    const code = this.functionOf(fn, `(${items}, ${depth})`, `let ${text} = "";\n${body}return ${text};`)
    const first = this.code.awaiting(`${render}(${this.value(node.iterable, scope)}, 0)`, scope.fn)
    return `const ${render} = ${code};\n${this.append(first, out)}`
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
    const bind = this.bindTargets(node.target, item, inner)
    const source = `rt.iterate(${use.items}, ${node.iterable.at})`
    let filter = ''
    if (node.test !== undefined && !usesLoop) filter = `if (!${this.condition(node.test, inner)}) continue;\n`
    let before = `const ${items} = ${source};\n`
    if (node.test !== undefined && usesLoop) before += this.#filteredItems(node, items, scope)
    const isLoop = usesLoop
      ? `const ${loop} = rt.loop(${this.#kept(node, items, usesLoop)}, ${use.recursion === undefined ? 'undefined, 0' : `${use.recursion.render}, ${use.recursion.depth}`});\n`
      : ''
    if (usesLoop) inner.declare('loop', loop)
    const body = this.scoped(node.body, inner, use.out)
    const marks = node.otherwise.length === 0 ? '' : `${ran} = true;\n`
    const iterated = usesLoop ? loop : items
    const otherwise =
      node.otherwise.length === 0 ? '' : `if (!${ran}) ${this.inner(node.otherwise, scope, use.out)}`
    return `{\n${before}${isLoop}${marks === '' ? '' : `let ${ran} = false;\n`}for (const ${item} of ${iterated}) {\nrt.tick(${use.out}.length);\n${bind}${filter}${marks}${body}}\n${otherwise}}\n`
  }

  #kept(node: ForNode, items: string, usesLoop: boolean): string {
    return node.test !== undefined && usesLoop ? `${items}_kept` : items
  }

  /** With `loop`, which knows how many items there are, the condition is applied to all of them first. */
  #filteredItems(node: ForNode, items: string, scope: Scope): string {
    const inner = new Scope({ parent: scope, fn: scope.fn })
    const item = this.code.fresh('item')
    const bind = this.bindTargets(node.target, item, inner)
    const test = node.test === undefined ? 'true' : this.condition(node.test, inner)
    return `const ${items}_kept = [];\nfor (const ${item} of ${items}) {\n${bind}if (${test}) ${items}_kept.push(${item});\n}\n`
  }
}

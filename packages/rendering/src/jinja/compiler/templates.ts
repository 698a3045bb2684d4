// SPDX-License-Identifier: Apache-2.0
import type { BlockNode, ImportNode, LoadNode, Statement, Target } from '../syntax/ast.ts'
import { TemplateSyntaxError } from '../syntax/syntax-error.ts'
import { MacroCompiler } from './macros.ts'
import type { Scope } from './scope.ts'
import { mentions } from './stored-names.ts'

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>

/** Turns what joins templates into JavaScript: blocks, `extends`, `include`, `import`, and data that a template holds. */
export abstract class TemplateJoinCompiler extends MacroCompiler {
  /** Name → code of the function of each block of the template. */
  readonly blocks = new Map<string, string>()

  protected block(node: BlockNode, scope: Scope, out: string): string {
    if (this.blocks.has(node.name))
      throw new TemplateSyntaxError(`block '${node.name}' defined twice`, node.at)
    this.blocks.set(node.name, '')
    const site = this.code.constant({ name: node.name, at: node.at })
    const code = this.unit((inner) => {
      inner.declare('super', 'superBlock')
      const body = this.scoped(node.body, inner, 'text')
      const parent = mentions(node.body, 'super')
        ? `const superBlock = rt.superOf(ctx, self, ${site});\n`
        : ''
      return `${parent}let text = "";\n${body}return text;`
    }, false)
    this.blocks.set(node.name, `rt.defineBlock(${node.required}, (self) => ${code})`)
    const locals = node.scoped ? this.locals(scope) : 'undefined'
    scope.fn.isAsync = true
    const block = `await rt.renderBlock(ctx, ${site}, ${locals})`
    return scope.isTop ? this.append(block, out) : this.appendAlways(block, out)
  }

  protected extendsStatement(node: Of<'extends'>, scope: Scope): string {
    if (!scope.isTop) throw new TemplateSyntaxError('cannot use extend from a non top-level scope', node.at)
    scope.fn.isAsync = true
    return `parent = await rt.extend(ctx, ${this.value(node.template, scope)}, { parent, at: ${node.at} });\n`
  }

  protected include(node: Of<'include'>, scope: Scope, out: string): string {
    scope.fn.isAsync = true
    const locals = node.withContext ? this.locals(scope) : 'undefined'
    const template = this.value(node.template, scope)
    return this.appendAlways(
      `await rt.include(ctx, ${template}, { locals: ${locals}, ignoreMissing: ${node.ignoreMissing}, at: ${node.at} })`,
      out,
    )
  }

  #imported(node: ImportNode | Of<'from-import'>, scope: Scope): string {
    scope.fn.isAsync = true
    const locals = node.withContext ? this.locals(scope) : 'undefined'
    return `await rt.importModule(ctx, ${this.value(node.template, scope)}, { locals: ${locals}, at: ${node.at} })`
  }

  protected importStatement(node: ImportNode, scope: Scope): string {
    const module = this.#imported(node, scope)
    const target: Target = { kind: 'name', at: node.at, name: node.target }
    if (node.format === undefined) return this.assign(target, module, scope)
    const { code } = this.code.native('filter', { name: node.format, at: node.at }, scope)
    return this.assign(
      target,
      `rt.filter(${code}, { args: [${module}], keywords: undefined }, ${node.at})`,
      scope,
    )
  }

  protected fromImport(node: Of<'from-import'>, scope: Scope): string {
    const module = this.code.fresh('module')
    const names = node.names.map(([name, as]) => {
      const value = `rt.imported(${module}, ${JSON.stringify(name)}, ${node.at})`
      return this.assign({ kind: 'name', at: node.at, name: as }, value, scope)
    })
    return `{\nconst ${module} = ${this.#imported(node, scope)};\n${names.join('')}}\n`
  }

  protected load(node: LoadNode, scope: Scope): string {
    return this.captured(node.body, scope, (text) => {
      const { code } = this.code.native('filter', { name: node.format, at: node.at }, scope)
      return this.assign(
        node.target,
        `rt.filter(${code}, { args: [${text}], keywords: undefined }, ${node.at})`,
        scope,
      )
    })
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Expression, Statement, Target } from '../syntax/ast.ts'
import { partsOf } from '../syntax/ast.ts'

/** The names that statements assign in their own scope: not those of loops, macros and other bodies inside them. */
export function storedNames(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>()
  for (const statement of statements) collect(statement, names)
  return names
}

/** The names that a target assigns. */
export function targetNames(target: Target): string[] {
  if (target.kind === 'name') return [target.name]
  return target.kind === 'tuple' ? target.items.flatMap(targetNames) : []
}

function collect(statement: Statement, names: Set<string>): void {
  switch (statement.kind) {
    case 'set':
    case 'set-block':
    case 'load':
      for (const name of targetNames(statement.target)) names.add(name)
      return
    case 'macro':
      names.add(statement.name)
      return
    case 'import':
      names.add(statement.target)
      return
    case 'from-import':
      for (const [, as] of statement.names) names.add(as)
      return
    case 'if':
      for (const body of [...statement.branches.map((branch) => branch.body), statement.otherwise]) {
        for (const inner of body) collect(inner, names)
      }
      return
    case 'profile':
      for (const inner of statement.body) collect(inner, names)
      return
    default:
      return
  }
}

/**
 * Whether a body uses one of the names that Jinja provides only on demand (`loop`, `caller`, `varargs`, `kwargs`), also
 * inside the bodies it contains.
 */
export function mentions(statements: readonly Statement[], name: string): boolean {
  return statements.some((statement) => {
    return (
      expressionsOf(statement).some((part) => reads(part, name)) ||
      bodiesOf(statement).some((body) => mentions(body, name))
    )
  })
}

function reads(expression: Expression, name: string): boolean {
  if (expression.kind === 'name' && expression.name === name) return true
  return partsOf(expression).some((part) => reads(part, name))
}

function bodiesOf(statement: Statement): (readonly Statement[])[] {
  if (statement.kind === 'if') return [...statement.branches.map(({ body }) => body), statement.otherwise]
  if (statement.kind === 'for') return [statement.body, statement.otherwise]
  return 'body' in statement ? [statement.body] : []
}

function expressionsOf(statement: Statement): Expression[] {
  switch (statement.kind) {
    case 'output':
    case 'set':
    case 'do':
      return [statement.value]
    case 'if':
      return statement.branches.map(({ test }) => test)
    case 'for':
      return [statement.iterable, ...(statement.test === undefined ? [] : [statement.test])]
    case 'with':
      return statement.bindings.map(([, value]) => value)
    case 'call-block':
      return [statement.call, ...defaultsOf(statement)]
    case 'macro':
      return defaultsOf(statement)
    case 'set-block':
    case 'filter-block':
      return statement.filter === undefined ? [] : [statement.filter]
    case 'extends':
    case 'include':
    case 'import':
    case 'from-import':
      return [statement.template]
    case 'profile':
      return [statement.label]
    case 'autoescape':
      return [statement.enabled]
    default:
      return []
  }
}

function defaultsOf({
  parameters,
}: {
  readonly parameters: readonly { readonly fallback: Expression | undefined }[]
}): Expression[] {
  return parameters.flatMap(({ fallback }) => (fallback === undefined ? [] : [fallback]))
}

// SPDX-License-Identifier: Apache-2.0

/** Every node knows the offset in its source that messages point at. */
interface Located {
  readonly at: number
}

/** An operator between two values, by its token. */
export type BinaryOperator = 'add' | 'sub' | 'mul' | 'div' | 'floordiv' | 'mod' | 'pow'
/** A comparison, by its token; `notin` is `not in`. */
export type CompareOperator = 'eq' | 'ne' | 'gt' | 'gteq' | 'lt' | 'lteq' | 'in' | 'notin'

/** The arguments of a call, a filter or a test. */
export interface Arguments {
  readonly positional: readonly Expression[]
  readonly keywords: readonly (readonly [name: string, value: Expression])[]
  readonly spread: Expression | undefined
  readonly spreadKeywords: Expression | undefined
}

/** A name, read or assigned. */
export interface NameNode extends Located {
  readonly kind: 'name'
  readonly name: string
}
/** `a, b` or `(a, b)`. */
export interface TupleNode extends Located {
  readonly kind: 'tuple'
  readonly items: readonly Expression[]
}
/** `ns.attribute` on the left of an assignment. */
export interface NamespaceRef extends Located {
  readonly kind: 'nsref'
  readonly name: string
  readonly attribute: string
}
/** `callee(…)`. */
export interface CallNode extends Located {
  readonly kind: 'call'
  readonly callee: Expression
  readonly args: Arguments
}
/** `subject` is undefined for the filters of a block (`filter`, `set`), which apply to its text. */
export interface FilterNode extends Located {
  readonly kind: 'filter'
  readonly subject: Expression | undefined
  readonly name: string
  readonly args: Arguments
}
/** `start:stop:step` between brackets. */
export interface SliceNode extends Located {
  readonly kind: 'slice'
  readonly start: Expression | undefined
  readonly stop: Expression | undefined
  readonly step: Expression | undefined
}

/** Everything that has a value. */
export type Expression =
  | NameNode
  | TupleNode
  | NamespaceRef
  | CallNode
  | FilterNode
  | SliceNode
  | (Located & { readonly kind: 'text'; readonly value: string })
  | (Located & { readonly kind: 'integer' | 'float'; readonly value: string })
  | (Located & { readonly kind: 'constant'; readonly value: boolean | null })
  | (Located & { readonly kind: 'list'; readonly items: readonly Expression[] })
  | (Located & { readonly kind: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] })
  | (Located & {
      readonly kind: 'if-else'
      readonly test: Expression
      readonly value: Expression
      readonly otherwise: Expression | undefined
    })
  | (Located & { readonly kind: 'or' | 'and'; readonly left: Expression; readonly right: Expression })
  | (Located & { readonly kind: 'not' | 'neg' | 'pos'; readonly operand: Expression })
  | (Located & {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    })
  | (Located & { readonly kind: 'concat'; readonly parts: readonly Expression[] })
  | (Located & {
      readonly kind: 'compare'
      readonly first: Expression
      readonly rest: readonly (readonly [CompareOperator, Expression])[]
    })
  | (Located & { readonly kind: 'attribute'; readonly object: Expression; readonly name: string })
  | (Located & { readonly kind: 'item'; readonly object: Expression; readonly key: Expression })
  | (Located & {
      readonly kind: 'test'
      readonly subject: Expression
      readonly name: string
      readonly args: Arguments
    })

/** What can stand on the left of an assignment. */
export type Target =
  | NameNode
  | NamespaceRef
  | (Located & { readonly kind: 'tuple'; readonly items: readonly Target[] })

/** A parameter of a macro or call block. */
export interface Parameter extends Located {
  readonly name: string
  readonly fallback: Expression | undefined
}

/** What macros and call blocks have in common. */
export interface Signature {
  readonly parameters: readonly Parameter[]
}

/** `{% block %}`. */
export interface BlockNode extends Located {
  readonly kind: 'block'
  readonly name: string
  readonly scoped: boolean
  readonly required: boolean
  readonly body: readonly Statement[]
}
/** `{% for %}`. */
export interface ForNode extends Located {
  readonly kind: 'for'
  readonly target: Target
  readonly iterable: Expression
  readonly test: Expression | undefined
  readonly recursive: boolean
  readonly body: readonly Statement[]
  readonly otherwise: readonly Statement[]
}
/** `{% if %}` with its `elif` branches. */
export interface IfNode extends Located {
  readonly kind: 'if'
  readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[]
  readonly otherwise: readonly Statement[]
}
/** `{% macro %}`. */
export interface MacroNode extends Located, Signature {
  readonly kind: 'macro'
  readonly name: string
  readonly body: readonly Statement[]
}
/** `{% call %}`. */
export interface CallBlockNode extends Located, Signature {
  readonly kind: 'call-block'
  readonly call: CallNode
  readonly body: readonly Statement[]
}
/** `{% set x %}…{% endset %}`. */
export interface SetBlockNode extends Located {
  readonly kind: 'set-block'
  readonly target: Target
  readonly filter: FilterNode | undefined
  readonly body: readonly Statement[]
}
/** One of Salt's `load_yaml`, `load_json` and `load_text` around a body. */
export interface LoadNode extends Located {
  readonly kind: 'load'
  readonly format: string
  readonly target: Target
  readonly body: readonly Statement[]
}
export interface ImportNode extends Located {
  readonly kind: 'import'
  readonly template: Expression
  readonly target: string
  readonly withContext: boolean
  /** Of Salt's `import_yaml`, `import_json` and `import_text`: what the rendered text is read as. */
  readonly format: string | undefined
}

/** Everything between `{%` and `%}`, output, and text. */
export type Statement =
  | (Located & { readonly kind: 'data'; readonly text: string })
  | (Located & { readonly kind: 'output'; readonly value: Expression })
  | (Located & { readonly kind: 'set'; readonly target: Target; readonly value: Expression })
  | SetBlockNode
  | (Located & { readonly kind: 'do'; readonly value: Expression })
  | IfNode
  | ForNode
  | (Located & { readonly kind: 'break' | 'continue' })
  | (Located & {
      readonly kind: 'with'
      readonly bindings: readonly (readonly [Target, Expression])[]
      readonly body: readonly Statement[]
    })
  | (Located & {
      readonly kind: 'autoescape'
      readonly enabled: Expression
      readonly body: readonly Statement[]
    })
  | (Located & {
      readonly kind: 'filter-block'
      readonly filter: FilterNode
      readonly body: readonly Statement[]
    })
  | MacroNode
  | CallBlockNode
  | BlockNode
  | (Located & { readonly kind: 'extends'; readonly template: Expression })
  | (Located & {
      readonly kind: 'include'
      readonly template: Expression
      readonly ignoreMissing: boolean
      readonly withContext: boolean
    })
  | ImportNode
  | (Located & {
      readonly kind: 'from-import'
      readonly template: Expression
      readonly names: readonly (readonly [name: string, as: string])[]
      readonly withContext: boolean
    })
  | LoadNode
  | (Located & { readonly kind: 'profile'; readonly label: Expression; readonly body: readonly Statement[] })

/** The expressions that are direct parts of the given one. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'tuple':
    case 'list':
      return expression.items
    case 'dict':
      return expression.pairs.flat()
    case 'concat':
      return expression.parts
    case 'if-else':
      return present(expression.test, expression.value, expression.otherwise)
    case 'or':
    case 'and':
    case 'binary':
      return [expression.left, expression.right]
    case 'not':
    case 'neg':
    case 'pos':
      return [expression.operand]
    case 'compare':
      return [expression.first, ...expression.rest.map(([, operand]) => operand)]
    case 'attribute':
      return [expression.object]
    case 'item':
      return [expression.object, expression.key]
    case 'slice':
      return present(expression.start, expression.stop, expression.step)
    case 'call':
      return [expression.callee, ...argumentsOf(expression.args)]
    case 'filter':
    case 'test':
      return [...present(expression.subject), ...argumentsOf(expression.args)]
    default:
      return []
  }
}

function argumentsOf({ positional, keywords, spread, spreadKeywords }: Arguments): Expression[] {
  return [...positional, ...keywords.map(([, value]) => value), ...present(spread, spreadKeywords)]
}

function present(...parts: readonly (Expression | undefined)[]): Expression[] {
  return parts.filter((part) => part !== undefined)
}

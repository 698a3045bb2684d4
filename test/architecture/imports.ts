// SPDX-License-Identifier: Apache-2.0
import { type Node, place, type Source, walk } from './sources.ts'

/** One mention of another module. */
export interface Import {
  readonly specifier: string
  /** `type`: gone after compilation. */
  readonly kind: 'static' | 'dynamic' | 'type'
  /** What it takes by name; empty for `*`, a default, `import()` and types. */
  readonly names: readonly string[]
  readonly at: string
}

const known = new WeakMap<Source, readonly Import[]>()

/** Every import of a file: statements, re-exports, `import()`, `require()`, and imports inside types. */
export function importsOf(source: Source): readonly Import[] {
  const imports = known.get(source) ?? readImports(source)
  known.set(source, imports)
  return imports
}

function readImports(source: Source): Import[] {
  const found: Import[] = []
  walk(source.program, (node) => {
    const kind = kindOf(node)
    const specifier = kind === undefined ? undefined : specifierOf(node)
    if (kind !== undefined && specifier !== undefined)
      found.push({ specifier, kind, names: namesIn(node), at: place(source, node.start) })
  })
  return found
}

function kindOf(node: Node): Import['kind'] | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return isTypeOnly(node, 'importKind') ? 'type' : 'static'
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return isTypeOnly(node, 'exportKind') ? 'type' : 'static'
    case 'ImportExpression':
      return 'dynamic'
    case 'TSImportType':
      return 'type'
    case 'CallExpression':
      return node.callee.name === 'require' ? 'dynamic' : undefined
    default:
      return undefined
  }
}

function isTypeOnly(node: Node, key: 'importKind' | 'exportKind'): boolean {
  if (node[key] === 'type') return true
  const specifiers: Node[] = node.specifiers ?? []
  return specifiers.length > 0 && specifiers.every((specifier) => specifier[key] === 'type')
}

function specifierOf(node: Node): string | undefined {
  const source = node.source ?? node.argument ?? node.arguments?.[0]
  const value = source?.value ?? source?.literal?.value
  return typeof value === 'string' ? value : undefined
}

function namesIn(node: Node): string[] {
  const specifiers: Node[] = node['specifiers'] ?? []
  return specifiers
    .filter((specifier) => specifier.type === 'ImportSpecifier' && specifier['importKind'] !== 'type')
    .map((specifier) => specifier['imported'].name)
}

/** The name of the package in a bare specifier: `@halite/core` of `@halite/core/x`; undefined for paths and `node:`. */
export function packageIn(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('/') || specifier.startsWith('node:'))
    return undefined
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]
}

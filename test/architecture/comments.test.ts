// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { filesUnder, type Node, packageSources, parse, place, type Source, textOf, walk } from './sources.ts'

const licence = 'SPDX-License-Identifier: Apache-2.0'

test('every file names its licence in the first line', () => {
  const files = [
    ...filesUnder('packages', /\.(ts|mjs|js)$/),
    ...filesUnder('test', /\.ts$/).filter((path) => !path.startsWith('test/golden/')),
    ...['scripts', 'bench', 'bin'].flatMap((folder) => filesUnder(folder, /(\.(mjs|ts|js)|\/[a-z-]+)$/)),
    ...filesUnder('.ci', /./),
  ]
  expectNone(
    `These need \`// ${licence}\` on top`,
    files.filter((path) => !firstLine(path).includes(licence)),
  )
})

/** The first line, or the second of a script whose first names its interpreter. */
function firstLine(path: string): string {
  const [first = '', second = ''] = textOf(path).split('\n', 2)
  return first.startsWith('#!') ? second : first
}

test('every export says what it promises', () => {
  const offences = packageSources()
    .filter((source) => !source.path.endsWith('.generated.ts'))
    .flatMap(undocumented)
  expectNone('These exports need a comment that states their contract', offences)
})

/** Packages whose exported classes document every public member. */
const documentedMembers = [
  'cli',
  'core',
  'executor',
  'loader',
  'master',
  'minion',
  'protocol',
  'targeting',
  'transport',
]

test('every public member of an exported class says what it promises', () => {
  const offences = documentedMembers.flatMap((name) => packageSources(name)).flatMap(undocumentedMembers)
  expectNone('These members need a comment that states their contract', offences)
})

test('every package says in its index what it is for', () => {
  const offences = packageSources()
    .filter((source) => /^packages\/[^/]+\/src\/index\.ts$/.test(source.path))
    .filter(({ text, program, comments }) => {
      const start = (program['body'] as Node[])[0]?.start ?? text.length
      return !comments.some((comment) => isDoc(comment) && comment.end <= start)
    })
  expectNone(
    'These index files need a paragraph on the package above the first export',
    offences.map(({ path }) => path),
  )
})

test('an export without a comment is found', () => {
  const probe = parse('test/architecture/expect-none.ts')
  expect(undocumented(probe)).toEqual([])
  expect(undocumented({ ...probe, comments: [] })).toEqual(['test/architecture/expect-none.ts:5: expectNone'])
})

/**
 * Exports that no doc comment precedes. Exempt are re-exports (documented where they are declared) and default exports:
 * those are modules, whose `doc` is a field. An overload is documented at its first signature.
 */
function undocumented(source: Source): string[] {
  const seen = new Set<string>()
  return (source.program['body'] as Node[]).flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || node['declaration'] === null) return []
    const name = declaredName(node['declaration'])
    if (seen.has(name)) return []
    seen.add(name)
    const told = hasDoc(source, node.start) || explainsItself(source, node['declaration'])
    return told ? [] : [`${place(source, node.start)}: ${name}`]
  })
}

function declaredName(declaration: Node): string {
  return declaration['id']?.name ?? declaration['declarations']?.[0]?.id?.name ?? declaration.type
}

/** Names whose meaning is the same in all classes or the language's own, and constructors, whose options are documented. */
const wellKnown = new Set([
  ...['constructor', 'start', 'stop', 'close', 'size'],
  ...['toString', 'toJSON', 'valueOf'],
])

/**
 * Public and protected members of exported classes without a doc comment. Those of a class that implements an interface are
 * documented there, and those that override others with them.
 */
function undocumentedMembers(source: Source): string[] {
  return (source.program['body'] as Node[]).flatMap((node) => {
    const declared: Node | null = node.type === 'ExportNamedDeclaration' ? node['declaration'] : null
    if (declared?.type !== 'ClassDeclaration' || declared['implements']?.length > 0) return []
    const members = (declared['body'].body as Node[]).filter(isPublicMethod)
    return members.flatMap((member) =>
      hasDoc(source, member.start)
        ? []
        : [`${place(source, member.start)}: ${declared['id'].name}.${member['key'].name}`],
    )
  })
}

function isPublicMethod(member: Node): boolean {
  const { type, key, override } = member
  return type === 'MethodDefinition' && key.type === 'Identifier' && !override && !wellKnown.has(key.name)
}

/**
 * A type needs no comment of its own when its members carry theirs, or when it only names the type of a value
 * (`typeof table`), which is documented where it stands: anything above it would repeat the name.
 */
function explainsItself(source: Source, declaration: Node): boolean {
  if (!declaration.type.startsWith('TS')) return false
  let explained = false
  walk(declaration, (node) => {
    explained ||=
      node.type === 'TSTypeQuery' || (node.type === 'TSPropertySignature' && hasDoc(source, node.start))
  })
  return explained
}

/** Whether the last comments before `start`, with nothing but space between, hold a doc comment. */
function hasDoc(source: Source, start: number): boolean {
  let end = start
  for (const comment of source.comments.filter((one) => one.end <= start).reverse()) {
    if (source.text.slice(comment.end, end).trim() !== '') return false
    if (isDoc(comment)) return true
    end = comment.start
  }
  return false
}

function isDoc({ type, value }: Source['comments'][number]): boolean {
  return type === 'Block' && value.startsWith('*') && value.length > 8
}

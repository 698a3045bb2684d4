// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { filesUnder, type Node, parse, place, type Source, textOf, walk } from './sources.ts'

const files = filesUnder('.', /\.test\.ts$/)
const declarations = new Set(['test', 'it', 'describe', 'suite'])

test('no test file keeps the others from running, and none is skipped without a reason', () => {
  const offences = files.map(parse).flatMap(withoutReason)
  expectNone(
    'Remove `only`; skip with `ctx.skip(condition, reason)`, so that the reason is printed',
    offences,
  )
})

test('what shares a process with other test files leaves nothing in it', () => {
  const shared = files
    .filter((path) => !path.endsWith('architecture/tests.test.ts'))
    .map((path) => [path, textOf(path)] as const)
  const offences = shared.flatMap(([path, text]) =>
    [...lasting].filter(([, isLeft]) => isLeft(text)).map(([what]) => `${path}: ${what}`),
  )
  expectNone('Undo it in the same file', offences)
})

/** What outlives a test file unless it is undone, by its name: whether a text does it and does not undo it. */
const lasting: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['vi.mock', (text) => /\bvi\.(do)?mock\(/i.test(text)],
  ['process.chdir', (text) => text.includes('process.chdir(')],
  ['fake timers', (text) => text.includes('useFakeTimers') && !text.includes('useRealTimers')],
])

/** `test.only`, `test.skip`, `describe.skipIf` and the like: none of them can say why. */
function withoutReason(source: Source): string[] {
  const found: string[] = []
  walk(source.program, (node) => {
    if (node.type !== 'MemberExpression' || !isDeclaration(node['object'])) return
    const way = node['property'].name
    if (['only', 'skip', 'skipIf', 'runIf', 'todo', 'fails'].includes(way)) {
      found.push(`${place(source, node.start)}: ${way}`)
    }
  })
  return found
}

/** `test`, or a form of it such as `test.concurrent`. */
function isDeclaration(node: Node): boolean {
  if (node.type === 'MemberExpression') return isDeclaration(node['object'])
  return node.type === 'Identifier' && declarations.has(node['name'])
}

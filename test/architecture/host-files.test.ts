// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { importsOf } from './imports.ts'
import { type Node, packageSources, parse, place, type Source, walk } from './sources.ts'

const sources = packageSources().filter(({ path }) => !path.startsWith('packages/testing/'))

/** A path may lead elsewhere by the time the system follows it: files are changed by their descriptor. */
const changesByPath = /^l?ch(?:mod|own)(?:Sync)?$/

const mayChangeByPath: Readonly<Record<string, string>> = {
  'packages/loader/src/change-file.ts':
    'a descriptor, by the name that Linux has for it: one that may not be read or written has no other way',
  'packages/loader/src/link-owner.ts':
    'a link, which has no descriptor to go by; what it leads to is left alone',
  'packages/modules/src/execution/cmd/code-file.ts':
    'a directory it has made where nobody else can exchange it',
  'packages/transport/src/zmtp/port.ts':
    'a socket, which has no descriptor to go by, in a directory of our own',
}

test('owner and mode are changed by descriptor', () => {
  expectNone(
    'Open the file without following links, and use fchmod or fchown',
    sources.filter(({ path }) => mayChangeByPath[path] === undefined).flatMap(changesIn),
  )
})

test('every directory that is made has its mode', () => {
  expectNone(
    'Give a mode to mkdir, or use makeOwnDirectory: the umask may be anything',
    sources.flatMap(bareMkdirs),
  )
})

test('the rules see what they look for', () => {
  const probe = { ...parse('test/architecture/install.test.ts'), path: 'probe.ts' }
  expect(bareMkdirs(probe)).not.toEqual([])
  const code = sources.filter(({ path }) => mayChangeByPath[path] !== undefined)
  expect(code.map(changesIn).filter((found) => found.length > 0)).toHaveLength(
    Object.keys(mayChangeByPath).length,
  )
})

function changesIn(source: Source): string[] {
  return importsOf(source)
    .filter(({ specifier }) => specifier.startsWith('node:fs'))
    .filter(({ names }) => names.some((name) => changesByPath.test(name)))
    .map(({ at }) => at)
}

function bareMkdirs(source: Source): string[] {
  const found: string[] = []
  walk(source.program, (node) => {
    if (node.type === 'CallExpression' && isMkdir(node.callee) && !hasMode(node))
      found.push(place(source, node.start))
  })
  return found
}

function isMkdir(callee: Node): boolean {
  return callee.name === 'mkdir' || callee.name === 'mkdirSync'
}

function hasMode({ arguments: given }: Node): boolean {
  const properties: Node[] = given[1]?.properties ?? []
  return properties.some((property) => property.key?.name === 'mode')
}

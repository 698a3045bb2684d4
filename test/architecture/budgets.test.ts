// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { expectNone } from './expect-none.ts'
import { filesUnder, lineAt, type Node, parse, place, type Source, textOf, walk } from './sources.ts'

const file = { soft: 250, hard: 500 }
const lines = { soft: 40, hard: 80 }
const mostParameters = 3

/** Tables: rows that are read one at a time, so their length hides nothing. */
const tables = [
  /\.generated\.ts$/,
  /\/data\/functions-of-salt\.ts$/,
  /\/error-catalogue\/\w+\.ts$/,
  /\/options\/known-in-salt\.ts$/,
]

const publicSignature = "the public API, in the words of Salt's LocalClient: (tgt, fun, arg, options)"

/** What may be over a hard limit, `path` or `path name`, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'packages/client/src/local-client.ts cmd': publicSignature,
  'packages/client/src/local-client.ts cmdAsync': publicSignature,
  'packages/client/src/local-client.ts cmdBatch': publicSignature,
  'packages/client/src/local-client.ts cmdIter': publicSignature,
  'packages/client/src/local-client.ts cmdSubset': publicSignature,
  'packages/client/src/local-client.ts run': publicSignature,
  'packages/client/src/local-client.ts runBatch': publicSignature,
  'packages/client/src/local-client.ts runJob': publicSignature,
}

const shipped = [
  ...filesUnder('packages', /^packages\/[^/]+\/src\/.*\.ts$/),
  ...filesUnder('scripts', /\.mjs$/),
]
const tested = filesUnder('.', /(^|\/)test\/.*\.ts$/)

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

const functions = shipped.filter(isNoTable).map(parse).flatMap(functionsOf)

test(`no file is over ${file.hard} lines`, () => {
  const offences = [...shipped, ...tested].flatMap((path) => over(file.hard, path))
  expectNone('Split these by subject', offences)
})

test(`no function is over ${lines.hard} lines or takes more than ${mostParameters} parameters`, () => {
  const offences = functions.flatMap((one) => tooBig(one))
  expectNone('Give these fewer steps, or an options object', offences)
})

test('what is over a soft limit is told', async ({ annotate }) => {
  const files = shipped.flatMap((path) => over(file.soft, path))
  const long = functions
    .filter((one) => one.length > lines.soft)
    .map((one) => `${one.at} ${one.name} (${one.length})`)
  if (files.length > 0) await annotate(`files over ${file.soft} lines: ${files.join(', ')}`)
  if (long.length > 0) await annotate(`functions over ${lines.soft} lines: ${long.join(', ')}`)
})

test('every exception is still needed', () => {
  const files = shipped.filter((path) => over(file.hard, path, {}).length > 0)
  const big = functions.filter((one) => tooBig(one, {}).length > 0).map((one) => `${one.path} ${one.name}`)
  expect(Object.keys(exceptions).filter((key) => ![...files, ...big].includes(key))).toEqual([])
})

function over(limit: number, path: string, excepted = exceptions): string[] {
  if (!isNoTable(path) || excepted[path] !== undefined) return []
  const text = textOf(path)
  const length = lineAt(text, text.length) - 1
  return length > limit ? [`${path} (${length})`] : []
}

function isNoTable(path: string): boolean {
  return !tables.some((pattern) => pattern.test(path))
}

interface Measured {
  readonly at: string
  readonly path: string
  readonly name: string
  readonly length: number
  readonly parameters: number
}

function tooBig(one: Measured, excepted = exceptions): string[] {
  if (excepted[`${one.path} ${one.name}`] !== undefined) return []
  return [
    ...(one.length > lines.hard ? [`${one.at} ${one.name}: ${one.length} lines`] : []),
    ...(one.parameters > mostParameters ? [`${one.at} ${one.name}: ${one.parameters} parameters`] : []),
  ]
}

function functionsOf(source: Source): Measured[] {
  const found: Measured[] = []
  walk(source.program, (node, parent) => {
    if (!functionTypes.has(node.type)) return
    found.push({
      at: place(source, node.start),
      path: source.path,
      name: nameOf(node, parent),
      length: lineAt(source.text, node.end) - lineAt(source.text, node.start) + 1,
      parameters: (node.params as Node[]).filter((parameter) => parameter.name !== 'this').length,
    })
  })
  return found
}

function nameOf(node: Node, parent: Node | undefined): string {
  return node.id?.name ?? parent?.key?.name ?? parent?.id?.name ?? 'function without a name'
}

// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseSync } from 'vite'

/** The repository's root. */
export const root = join(import.meta.dirname, '../..')

const skippedFolders = new Set(['node_modules', 'dist', '.git', '.cache'])

/** A node of the syntax tree: `type`, `start`, `end`, and what its type has. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on `type`
  readonly [key: string]: any
}

/** A parsed source file; `path` is relative to the root, with forward slashes. */
export interface Source {
  readonly path: string
  readonly text: string
  readonly program: Node
  readonly comments: readonly { type: 'Line' | 'Block'; value: string; start: number; end: number }[]
}

/** Every file of the project below `folder` whose path matches; installed, built and golden files left out. */
export function filesUnder(folder: string, pattern: RegExp): string[] {
  const start = join(root, folder)
  if (!existsSync(start)) return []
  return readdirSync(start, { withFileTypes: true })
    .flatMap((entry) => {
      const path = relative(root, join(start, entry.name)).replaceAll('\\', '/')
      if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : filesUnder(path, pattern)
      return entry.isFile() && pattern.test(path) ? [path] : []
    })
    .sort()
}

/** The names of all packages. */
export function packageNames(): string[] {
  return readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'package.json')),
  )
}

/** Source files of one package, or of all: what ships, without tests. */
export function packageSources(name?: string): Source[] {
  const names = name === undefined ? packageNames() : [name]
  return names.flatMap((one) => filesUnder(`packages/${one}/src`, /\.ts$/)).map(parse)
}

/** The text of a file given relative to the root. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** By path: the tests of a process look at the same thousands of files, one after the other. */
const parsed = new Map<string, Source>()

/** Parses a file given relative to the root, once. Throws with its path when it is not TypeScript. */
export function parse(path: string): Source {
  const source = parsed.get(path) ?? parseAnew(path)
  parsed.set(path, source)
  return source
}

function parseAnew(path: string): Source {
  const text = textOf(path)
  const { program, comments, errors } = parseSync(path, text)
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`)
  return { path, text, program: program as unknown as Node, comments }
}

/** The package a path of ours lies in. */
export function packageOf(path: string): string {
  return path.split('/')[1] ?? ''
}

/** `path:line` of an offset, as a terminal makes it a link. */
export function place(source: Source, offset: number): string {
  return `${source.path}:${lineAt(source.text, offset)}`
}

/** The line, from 1, that holds an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

/** Calls `visit` for every node, parents first. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit, node)
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

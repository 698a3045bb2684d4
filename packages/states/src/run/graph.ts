// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import type { Low } from '../high/chunks.ts'
import { Chunk } from './chunk.ts'
import { ChunkIndex } from './chunk-index.ts'
import { deciding, resolve } from './requisites.ts'

/**
 * Low data as a graph in the language DOT: a node for each state, and an edge from each state to those that run after it, with
 * the requisite that says so.
 */
export function graphOf(lows: readonly Low[]): string {
  const index = new ChunkIndex(lows.map((low) => new Chunk(low)))
  const nodes = index.chunks.map((chunk) => `  ${quoted(chunk.tag)} [label=${quoted(...labelOf(chunk))}];`)
  const edges = new Set(index.chunks.flatMap((chunk) => edgesOf(chunk, index)))
  return ['digraph G {', ...nodes, ...edges, '}'].join('\n')
}

function labelOf({ id, name, state, low }: Chunk): string[] {
  return [`${state}.${pythonStr(low['fun'])}`, id, ...(name === id ? [] : [`(${name})`])]
}

function edgesOf(chunk: Chunk, index: ChunkIndex): string[] {
  const { found } = resolve(chunk, index, deciding)
  return [...found].flatMap(([requisite, others]) =>
    others.map((other) => {
      // A state with `prereq` runs before the one that it names.
      const [from, to] = requisite === 'prereq' ? [chunk, other] : [other, chunk]
      return `  ${quoted(from.tag)} -> ${quoted(to.tag)} [label=${quoted(requisite)}];`
    }),
  )
}

/** A text of DOT, of these lines. */
function quoted(...lines: readonly string[]): string {
  const escaped = lines.map((line) => line.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n'))
  return `"${escaped.join('\\n')}"`
}

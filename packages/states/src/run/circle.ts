// SPDX-License-Identifier: Apache-2.0
import type { Chunk } from './chunk.ts'
import type { ChunkIndex } from './chunk-index.ts'
import { deciding, resolve } from './requisites.ts'

/** The shortest requisite cycle that contains a state, each state followed by one that it requires. Empty if the state is in no cycle. */
export function circleThrough(start: Chunk, index: ChunkIndex): readonly Chunk[] {
  const cameFrom = new Map<Chunk, Chunk>()
  const waiting = [start]
  for (const chunk of waiting) {
    for (const next of [...resolve(chunk, index, deciding).found.values()].flat()) {
      if (next === start) return pathTo(chunk, start, cameFrom)
      if (cameFrom.has(next)) continue
      cameFrom.set(next, chunk)
      waiting.push(next)
    }
  }
  return []
}

function pathTo(end: Chunk, start: Chunk, cameFrom: ReadonlyMap<Chunk, Chunk>): readonly Chunk[] {
  const path: Chunk[] = []
  for (
    let chunk: Chunk | undefined = end;
    chunk !== undefined && chunk !== start;
    chunk = cameFrom.get(chunk)
  )
    path.unshift(chunk)
  return [start, ...path]
}

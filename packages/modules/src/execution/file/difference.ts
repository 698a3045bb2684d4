// SPDX-License-Identifier: Apache-2.0

/** Lines around a change that are shown. */
const context = 3
/** In longer lists, lines that make up more than a hundredth of it are no place to begin a match at. */
const longList = 200

interface Block {
  readonly a: number
  readonly b: number
  readonly size: number
}

interface Change {
  readonly isEqual: boolean
  readonly a: readonly [from: number, to: number]
  readonly b: readonly [from: number, to: number]
}

/** Names that stand above the difference; default none. */
export interface DifferenceOptions {
  readonly fromFile?: string
  readonly toFile?: string
}

/**
 * How lines became others, in the unified format: the lines that Python's `difflib.unified_diff` gives, with the same choice
 * of what counts as moved. Empty when nothing changed. Lines keep their line breaks.
 */
export function unifiedDifference(
  before: readonly string[],
  after: readonly string[],
  { fromFile = '', toFile = '' }: DifferenceOptions = {},
): string[] {
  const lines: string[] = []
  for (const group of grouped(changesOf(before, after))) {
    if (lines.length === 0) lines.push(`--- ${fromFile}\n`, `+++ ${toFile}\n`)
    const [first, last] = [group[0], group.at(-1)]
    if (first === undefined || last === undefined) continue
    lines.push(`@@ -${range(first.a[0], last.a[1])} +${range(first.b[0], last.b[1])} @@\n`)
    for (const { isEqual, a, b } of group) {
      if (isEqual) {
        for (const line of before.slice(...a)) lines.push(` ${line}`)
        continue
      }
      for (const line of before.slice(...a)) lines.push(`-${line}`)
      for (const line of after.slice(...b)) lines.push(`+${line}`)
    }
  }
  return lines
}

function range(start: number, stop: number): string {
  const length = stop - start
  if (length === 1) return `${start + 1}`
  return `${length === 0 ? start : start + 1},${length}`
}

/** Changes with up to three equal lines around them; those that are near one another share a group. */
function grouped(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = []
  let group: Change[] = []
  for (const [index, change] of changes.entries()) {
    const { isEqual, a, b } = change
    if (!isEqual) {
      group.push(change)
      continue
    }
    const isFirst = index === 0
    const isLast = index === changes.length - 1
    const head = Math.min(a[1], a[0] + context)
    const tail = Math.max(a[0], a[1] - context)
    if (!isFirst && !isLast && a[1] - a[0] <= 2 * context) {
      group.push(change)
      continue
    }
    if (!isFirst) {
      group.push({ isEqual, a: [a[0], head], b: [b[0], b[0] + (head - a[0])] })
      groups.push(group)
    }
    group = isLast && !isFirst ? [] : [{ isEqual, a: [tail, a[1]], b: [b[1] - (a[1] - tail), b[1]] }]
  }
  if (group.some(({ isEqual }) => !isEqual)) groups.push(group)
  return groups
}

function changesOf(before: readonly string[], after: readonly string[]): Change[] {
  const changes: Change[] = []
  let [i, j] = [0, 0]
  for (const { a, b, size } of matchingBlocks(before, after)) {
    if (i < a || j < b) changes.push({ isEqual: false, a: [i, a], b: [j, b] })
    if (size > 0) changes.push({ isEqual: true, a: [a, a + size], b: [b, b + size] })
    i = a + size
    j = b + size
  }
  return changes
}

/** Runs of lines that both have, in order, the longest first found; a last one of size 0 at both ends. */
function matchingBlocks(before: readonly string[], after: readonly string[]): Block[] {
  const places = placesOf(after)
  const waiting: (readonly [number, number, number, number])[] = [[0, before.length, 0, after.length]]
  const found: Block[] = []
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const [aLow, aHigh, bLow, bHigh] = part
    const block = longestMatch({ before, after, places }, part)
    const { a, b, size } = block
    if (size === 0) continue
    found.push(block)
    if (aLow < a && bLow < b) waiting.push([aLow, a, bLow, b])
    if (a + size < aHigh && b + size < bHigh) waiting.push([a + size, aHigh, b + size, bHigh])
  }
  found.sort((one, other) => one.a - other.a || one.b - other.b)
  return [...joined(found), { a: before.length, b: after.length, size: 0 }]
}

function joined(blocks: readonly Block[]): Block[] {
  const result: Block[] = []
  for (const block of blocks) {
    const last = result.at(-1)
    const isNext = last !== undefined && last.a + last.size === block.a && last.b + last.size === block.b
    if (isNext) result[result.length - 1] = { ...last, size: last.size + block.size }
    else result.push(block)
  }
  return result
}

function placesOf(lines: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  for (const [index, line] of lines.entries()) {
    const known = places.get(line)
    if (known === undefined) places.set(line, [index])
    else known.push(index)
  }
  if (lines.length < longList) return places
  const most = Math.floor(lines.length / 100) + 1
  for (const [line, at] of places) if (at.length > most) places.delete(line)
  return places
}

interface Lines {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly places: ReadonlyMap<string, readonly number[]>
}

function longestMatch(
  { before, after, places }: Lines,
  [aLow, aHigh, bLow, bHigh]: readonly [number, number, number, number],
): Block {
  let best: Block = { a: aLow, b: bLow, size: 0 }
  let lengths = new Map<number, number>()
  for (let i = aLow; i < aHigh; i++) {
    const next = new Map<number, number>()
    for (const j of places.get(before[i] as string) ?? []) {
      if (j < bLow) continue
      if (j >= bHigh) break
      const size = (lengths.get(j - 1) ?? 0) + 1
      next.set(j, size)
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size }
    }
    lengths = next
  }
  let { a, b, size } = best
  while (a > aLow && b > bLow && before[a - 1] === after[b - 1]) {
    a--
    b--
    size++
  }
  while (a + size < aHigh && b + size < bHigh && before[a + size] === after[b + size]) size++
  return { a, b, size }
}

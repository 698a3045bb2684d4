// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import type { Chunk } from './chunk.ts'
import type { Resolved, Results } from './requisites.ts'

/** The comment of a state whose requisites name what is not there. */
export function lostText({ lost }: Resolved): string {
  const lines = [...lost].flatMap(([name, references]) => [
    `${' '.repeat(19)}${name}:\n`,
    ...references.map(({ key, value }) => `${' '.repeat(23)}${key}: ${pythonStr(value)}\n`),
  ])
  return `The following requisites were not found:\n${lines.join('')}`
}

/** The comment of a state that requires itself: the states of the circle, in the order in which they require one another; none where it is not known. */
export function circleText(circle: readonly Chunk[]): string {
  if (circle.length === 0) return 'Recursive requisite found'
  const path = [...circle, ...circle.slice(0, 1)]
  return `Recursive requisite found: ${path.map(({ state, id }) => `${state}: ${id}`).join(' -> ')}`
}

/** The comment of a state that requires one which failed. */
export function requiredText({ found }: Resolved, { ran, wouldChange }: Results): string {
  const failed = new Set<string>()
  for (const required of [...found.values()].flat()) {
    const result = wouldChange.get(required.tag) ?? ran.get(required.tag)
    if (result?.result === false) failed.add(`${required.sls}.${required.id}`)
  }
  return `One or more requisite failed: ${[...failed].join(', ')}`
}

/** The comment of a state that somebody switched off. */
export function disabledText(name: string, glob: string): string {
  return `The state function "${name}" is currently disabled by "${glob}", to re-enable, run state.enable ${glob}.`
}

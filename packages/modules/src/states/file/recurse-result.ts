// SPDX-License-Identifier: Apache-2.0
import type { StateReturn } from '@halite/loader'
import type { Result } from './result.ts'

/** What became of a tree: the results of its files, directories and links as one. */
export class RecurseResult {
  readonly #name: string
  readonly #comments = new Map<string, string[]>()
  readonly #changes: Record<string, unknown> = {}
  #result: boolean | null = true

  constructor(name: string) {
    this.#name = name
  }

  /** Takes in the result of one path. */
  add(path: string, { result, comment, changes }: StateReturn): void {
    if (result === false || this.#result === true) this.#result = result
    const lines = typeof comment === 'string' ? [comment] : [...comment]
    if (result !== true && lines.join('') !== '') this.#comment(path, lines)
    if (Object.keys(changes).length > 0) this.#changes[path] = changes
  }

  /** Paths that are removed, or with `test` would be. */
  addRemoved(paths: readonly string[], test: boolean): void {
    if (!test) {
      this.#changes['removed'] = paths
      return
    }
    if (this.#result === true) this.#result = null
    this.#comment('removed', paths)
  }

  /** The result of the state. */
  whole(): Result {
    const changes = this.#changes
    const parts = [...this.#comments].map(([path, lines]) => `\n#### ${path} ####\n${lines.join('\n')}`)
    const comment = parts.join('\n').trim()
    if (Object.keys(changes).length === 0 && this.#result === true)
      return { changes, result: true, comment: `The directory ${this.#name} is in the correct state` }
    return { changes, result: this.#result, comment: comment || `Recursively updated ${this.#name}` }
  }

  #comment(path: string, lines: readonly string[]): void {
    this.#comments.set(path, [...(this.#comments.get(path) ?? []), ...lines])
  }
}

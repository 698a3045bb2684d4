// SPDX-License-Identifier: Apache-2.0
import type { StateContext } from '@halite/loader'
import type { Result } from '../file/result.ts'

/** What a state of git has done so far, and how it ends. */
export class Progress {
  readonly comments: string[] = []
  readonly changes: Record<string, unknown> = {}
  readonly #test: boolean

  constructor({ state }: Pick<StateContext, 'state'>) {
    this.#test = state.test
  }

  /** It could not be done. */
  failed(message: string): Result {
    const made = this.comments.length === 0 ? '' : `\n\nChanges already made: ${sentences(this.comments)}`
    return { changes: this.changes, result: false, comment: `${message}${made}` }
  }

  /** With `test`: what would be done. */
  planned(comment: string): Result {
    return { changes: this.changes, result: null, comment }
  }

  /** Nothing had to be done, but for what is listed. */
  current(target: string, actions: readonly string[], hasLocalChanges = false): Result {
    const local = hasLocalChanges
      ? ", but with uncommitted changes. Set 'force_reset' to True to purge uncommitted changes."
      : ''
    const made =
      actions.length === 0
        ? ''
        : `\n\nChanges ${this.#test ? 'that would be ' : ''}made: ${sentences(actions)}`
    return {
      changes: this.changes,
      result: true,
      comment: `Repository ${target} is up-to-date${local}${made}`,
    }
  }

  /** It was done. */
  done(comment = sentences(this.comments)): Result {
    return { changes: this.changes, result: true, comment }
  }
}

/** Comments as Salt joins them. */
export function sentences(comments: readonly string[]): string {
  return comments.length > 1 ? `${comments.join('. ')}.` : comments.join('')
}

/** The first digits of a commit. */
export function short(commit: string | undefined): string {
  return commit?.slice(0, 7) ?? 'None'
}

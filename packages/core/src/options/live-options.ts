// SPDX-License-Identifier: Apache-2.0
import { pythonRepr } from '../values/text.ts'

/**
 * Options that can be exchanged while they are used: `current` stays one object, and whoever reads an option when it
 * is needed reads the newest value. Options named as fixed keep the value they began with.
 */
export class LiveOptions<T extends object> {
  readonly current: T
  readonly #fixed: ReadonlySet<string>

  constructor(options: T, fixed: readonly (keyof T & string)[]) {
    this.current = { ...options }
    this.#fixed = new Set(fixed)
  }

  /** Takes over what changed; returns the fixed options that would have changed too and need a restart. */
  exchange(options: T): string[] {
    const before = new Map<string, unknown>(Object.entries(this.current))
    const refused: string[] = []
    const taken: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(options)) {
      if (pythonRepr(before.get(name)) === pythonRepr(value)) continue
      if (this.#fixed.has(name)) refused.push(name)
      else taken[name] = value
    }
    Object.assign(this.current, taken)
    return refused.sort()
  }
}

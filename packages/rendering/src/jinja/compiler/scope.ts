// SPDX-License-Identifier: Apache-2.0

/**
 * One JavaScript function of the generated code that stands for itself: the top level of a template or a block. It
 * resolves the names that no statement assigns once, at its start.
 */
export class Unit {
  /** Template name → JavaScript name of what is resolved from the context. */
  readonly resolved = new Map<string, string>()
}

/** A JavaScript function in the making. */
export class FunctionState {
  readonly unit: Unit
  /** Set when the body awaits; only then the function is `async`. */
  isAsync = false
  readonly temporaries: string[] = []

  constructor(unit: Unit) {
    this.unit = unit
  }
}

/** The names that statements assign, from a body outwards to the top level. */
export class Scope {
  readonly parent: Scope | undefined
  readonly fn: FunctionState
  /** Whether assignments are visible to blocks, includes and importers. */
  readonly isTop: boolean
  /** Whether an unknown filter or test is reported only when it is reached: directly inside `if`, in no body of its own there. */
  readonly isSoft: boolean
  /** Whether `break` and `continue` have a loop to act on. */
  readonly inLoop: boolean
  /** JavaScript that says whether output is escaped; undefined where it never is. */
  readonly escapes: string | undefined
  readonly #names = new Map<string, string>()

  constructor(options: {
    readonly fn: FunctionState
    readonly parent?: Scope
    readonly isTop?: boolean
    readonly isSoft?: boolean
    readonly inLoop?: boolean
    readonly escapes?: string
  }) {
    this.parent = options.parent
    this.fn = options.fn
    this.isTop = options.isTop ?? false
    this.isSoft = options.isSoft ?? false
    this.escapes = options.escapes ?? options.parent?.escapes
    this.inLoop = options.inLoop ?? options.parent?.inLoop ?? false
  }

  declare(name: string, variable: string): void {
    this.#names.set(name, variable)
  }

  own(name: string): string | undefined {
    return this.#names.get(name)
  }

  find(name: string): string | undefined {
    return this.#names.get(name) ?? this.parent?.find(name)
  }

  /** Name → variable of everything assigned in this scope and around it. */
  visible(): Map<string, string> {
    const all = this.parent?.visible() ?? new Map<string, string>()
    for (const [name, variable] of this.#names) all.set(name, variable)
    return all
  }
}

// SPDX-License-Identifier: Apache-2.0

type Roots = Readonly<Record<string, readonly string[]>>

/** Most directories that compilers are kept for. */
const most = 64

/** A compiler for each set of directories, kept with what it made; what was not asked for the longest goes first. */
export class OtherRoots<Compiler> {
  readonly #make: (roots: Roots) => Compiler
  readonly #kept = new Map<string, Compiler>()

  constructor(make: (roots: Roots) => Compiler) {
    this.#make = make
  }

  /** The compiler of these directories, by environment. */
  of(roots: Roots): Compiler {
    const key = JSON.stringify(roots)
    const compiler = this.#kept.get(key) ?? this.#make(roots)
    this.#kept.delete(key)
    this.#kept.set(key, compiler)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= most) break
      this.#kept.delete(oldest)
    }
    return compiler
  }
}

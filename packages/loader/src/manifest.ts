// SPDX-License-Identifier: Apache-2.0

import type { ArgSpec } from './arguments.ts'
import type { ModuleKind } from './kinds.ts'
import type { Reads } from './module.ts'
import type { Needs } from './needs.ts'

/** What is known of a module without loading it. */
export interface ManifestEntry {
  readonly name: string
  /** The name it answers to, when it is one provider of several. */
  readonly virtual?: string
  /** What the machine must have for it to load. */
  readonly needs?: Needs
  /** Whether it has a condition in code, so that only an import tells. */
  readonly conditional?: boolean
  /** Names of its functions, sorted. */
  readonly functions?: readonly string[]
  /** Those of them that the daemon runs itself. */
  readonly inline?: readonly string[]
  /** What functions declare to look at of the machine's facts. */
  readonly reads?: Readonly<Record<string, readonly Reads[]>>
  /** Of a grain module: the keys it may give. */
  readonly provides?: readonly string[]
  /** Of a grain module: collected late. */
  readonly slow?: boolean
  /** Of a site module: the file its author edits. A module that came with the program has none. */
  readonly path?: string
  load(): Promise<{ readonly default: unknown }>
  /** What it says of itself, where that is known without loading it. */
  describe?(): Promise<ModuleDescription | undefined>
}

/** What a manifest says of a module, apart from how to load it. */
export type ModuleFacts = Omit<ManifestEntry, 'load' | 'describe' | 'path'>

/** An argument as plain data. */
export type DescribedArg = Omit<ArgSpec<unknown>, 'parse'>

/** A function as plain data. */
export interface DescribedFunction {
  readonly doc: string
  readonly examples: readonly string[]
  readonly args: Readonly<Record<string, DescribedArg>>
  readonly outputter?: string
}

/** A module as plain data, which can be sent to another process and kept as JSON: everything but its code. */
export interface ModuleDescription {
  readonly facts: ModuleFacts
  readonly doc: string
  /** Absent where the kind has no functions. */
  readonly functions?: Readonly<Record<string, DescribedFunction>>
}

/** Modules from one place: kind → file name without its ending → entry. */
export type Manifest = Readonly<Partial<Record<ModuleKind, Readonly<Record<string, ManifestEntry>>>>> & {
  /** What the providers of a virtual name have in common, a `Contract` each: virtual name → import. */
  readonly contracts?: Readonly<Record<string, () => Promise<object>>>
  /** What the modules of a kind say of themselves: kind → import of a map by file name. */
  readonly descriptions?: Readonly<Partial<Record<ModuleKind, () => Promise<Descriptions>>>>
  /** The `RenderMaker` of `ctx.render`. */
  readonly rendering?: () => Promise<(scope: never) => object>
}

/** Modules as plain data, by file name without its ending. */
export type Descriptions = Readonly<Record<string, ModuleDescription>>

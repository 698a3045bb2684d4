// SPDX-License-Identifier: Apache-2.0
import type { Contract } from './signature.ts'

/** What a folder of built-in modules can hold; the folder is named after the kind. */
export const moduleKinds = ['execution', 'grains', 'outputters', 'returners', 'runners', 'wheel'] as const

export type ModuleKind = (typeof moduleKinds)[number]

/** The kinds whose modules hold functions; the others are one object each. */
export const functionKinds = ['execution', 'runners', 'wheel'] as const

export type FunctionKind = (typeof functionKinds)[number]

/** What is known of a module without loading it. */
export interface ManifestEntry {
  readonly name: string
  /** The name it answers to, when it is one provider of several. */
  readonly virtual?: string
  /** Whether it may decline to load, so that only an import tells. */
  readonly conditional?: boolean
  /** Names of its functions, sorted. */
  readonly functions?: readonly string[]
  /** Those of them that the daemon runs itself. */
  readonly inline?: readonly string[]
  /** Of a grain module: the keys it may give. */
  readonly provides?: readonly string[]
  /** Of a grain module: collected late. */
  readonly slow?: boolean
  /** Of a grain module: where it applies; absent means everywhere. */
  readonly platforms?: readonly NodeJS.Platform[]
  /** Of a site module: the file its author edits. A module that came with the program has none. */
  readonly path?: string
  load(): Promise<{ readonly default: unknown }>
}

/** Modules from one place: kind → file name without its ending → entry. */
export type Manifest = Readonly<Partial<Record<ModuleKind, Readonly<Record<string, ManifestEntry>>>>> & {
  /** What the providers of a virtual name have in common: virtual name → import. */
  readonly contracts?: Readonly<Record<string, () => Promise<Contract>>>
}

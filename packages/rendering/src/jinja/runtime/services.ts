// SPDX-License-Identifier: Apache-2.0
import type { CompiledTemplate } from '../compiler/compile.ts'
import type { TemplateHost } from '../filters/salt/host.ts'
import type { Source } from '../syntax/source.ts'
import type { BaseNames } from './context.ts'
import type { Importer } from './convert.ts'
import type { RenderLimits } from './limits.ts'
import type { NativeFunction } from './native.ts'
import type { Strictness } from './undefined.ts'

/** A template that another one asked for, with the globals that it sees when it shares nothing. */
export interface LoadedTemplate {
  readonly template: CompiledTemplate
  readonly base: BaseNames
}

/** What a rendering needs from its surroundings. */
export interface RuntimeServices {
  readonly limits: RenderLimits
  readonly strictness: Strictness
  readonly base: BaseNames
  readonly importer: Importer
  /** A whole number below `limit`, not to be guessed. */
  random(limit: number): number
  /** Milliseconds since 1970. */
  wallClock(): number
  /** What filters may ask of the host; undefined where templates must not see it. */
  readonly host: TemplateHost | undefined
  /** Milliseconds that only go forward. */
  readonly now: () => number
  /** The template that `from` asks for by name; undefined when there is none. */
  load(name: string, from: Source): Promise<LoadedTemplate | undefined>
  /** Filters and tests by name, for those that take the name of another. */
  readonly filters: ReadonlyMap<string, NativeFunction>
  readonly tests: ReadonlyMap<string, NativeFunction>
  /** Records how long a `profile` block took. */
  profiled(label: string, ms: number): void
  readonly signal: AbortSignal | undefined
}

// SPDX-License-Identifier: Apache-2.0
import type { DataMap } from '@halite/core'
import type { SourceContext } from './source-context.ts'

/** How a text is rendered for the minion whose pillar is compiled. */
export interface RenderPlace {
  /** Its name in messages; its folder, if any, is `tpldir`. */
  readonly name: string
  /** Renderers of a text without a `#!` line; default `jinja|yaml`. */
  readonly renderer?: string
  readonly pillar?: DataMap
  /** Undefined names print as an empty text instead of raising an error. */
  readonly allowUndefined?: boolean
  /** Names that its templates see beside those of a pillar file. */
  readonly context?: Readonly<Record<string, unknown>>
  /** Reads what its templates include and import, by path; undefined if there is no such file. */
  readonly read?: (path: string) => Promise<string | undefined>
}

/** A directory of pillar files from git. */
export interface PillarCheckout {
  readonly directory: string
  /** The environment that it belongs to. */
  readonly saltenv: string
  /** Its files can be included, but its top file is ignored. */
  readonly isMounted: boolean
}

/** The directories of remotes for a minion, and the problems of remotes that are missing. */
export interface PillarCheckouts {
  readonly checkouts: readonly PillarCheckout[]
  readonly problems: readonly string[]
}

/** What an external pillar works with. */
export interface PillarContext extends SourceContext {
  /** The result of the sources before it. */
  readonly pillar: DataMap
  readonly pillarenv: string | undefined
  readonly saltenv: string | undefined
  /** Renders a text as a pillar file. Rejects with the errors of the render pipe. */
  render(text: string, place: RenderPlace): Promise<unknown>
  /**
   * The pillar of the minion from the files of other directories, by environment, as if they were `pillar_roots`; problems
   * are listed under its `_errors`.
   */
  compile(roots: Readonly<Record<string, readonly string[]>>): Promise<DataMap>
  /** Checks out the git remotes that `ext_pillar` lists with these settings for the minion. */
  checkOut(remotes: readonly unknown[]): Promise<PillarCheckouts>
}

/** A source of pillar beside the files below `pillar_roots`, as the option `ext_pillar` names it. */
export interface ExternalPillar {
  readonly name: string
  readonly doc: string
  /**
   * The data for one minion, or undefined. `config` is the value of the name in `ext_pillar`. If it throws, the minion
   * lacks only this source, and the error is listed under `_errors`, as is a list of texts that its data has there.
   */
  compile(ctx: PillarContext, config: unknown): Promise<DataMap | undefined> | DataMap | undefined
}

/** Declares an external pillar: the default export of its file. */
export function definePillar(pillar: ExternalPillar): ExternalPillar {
  return pillar
}

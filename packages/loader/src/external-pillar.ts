// SPDX-License-Identifier: Apache-2.0
import type { DataMap, Logger, MinionId, RunOptions, RunResult } from '@halite/core'
import type { MachineFiles } from './machine-files.ts'

/** How a text is rendered for the minion whose pillar is made. */
export interface RenderPlace {
  /** How messages name it; with a folder, where `tpldir` points to. */
  readonly name: string
  /** Renderers of a text that names none; default `jinja|yaml`. */
  readonly renderer?: string
  readonly pillar?: DataMap
  /** Undefined names print as nothing, in place of an error. */
  readonly allowUndefined?: boolean
  /** Names that its templates see beside those of a pillar file. */
  readonly context?: Readonly<Record<string, unknown>>
  /** What its templates include and import, by path; undefined where there is nothing. */
  readonly read?: (path: string) => Promise<string | undefined>
}

/** A directory of pillar files out of git. */
export interface PillarCheckout {
  readonly directory: string
  /** The environment that it belongs to. */
  readonly saltenv: string
  /** Its files can be included, and its top file does not count. */
  readonly isMounted: boolean
}

/** The directories of remotes for a minion, and what is wrong with remotes that are missing. */
export interface PillarCheckouts {
  readonly checkouts: readonly PillarCheckout[]
  readonly problems: readonly string[]
}

/** What an external pillar works with. */
export interface PillarContext {
  /** The minion whose pillar is made. */
  readonly id: MinionId
  readonly grains: Readonly<Record<string, unknown>>
  /** What the sources before gave. */
  readonly pillar: DataMap
  readonly pillarenv: string | undefined
  readonly saltenv: string | undefined
  /** Of the master, or of the masterless minion. */
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  /** Files of the master. */
  readonly fs: MachineFiles
  /** Runs a program, never through a shell; it ends with `signal`. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** The full path of a program, as a shell finds it; undefined when it is not installed. */
  find(name: string): string | undefined
  /** Aborts when nobody waits any more; every wait takes it. */
  readonly signal: AbortSignal
  /** The data of a text as of a pillar file. Rejects with the errors of the render pipe. */
  render(text: string, place: RenderPlace): Promise<unknown>
  /**
   * The pillar of the minion from the files of other directories, by environment, as if they were `pillar_roots`; what went wrong
   * stands under its `_errors`.
   */
  compile(roots: Readonly<Record<string, readonly string[]>>): Promise<DataMap>
  /** The remotes of git that stand in `ext_pillar` with these settings, checked out for the minion. */
  checkOut(remotes: readonly unknown[]): Promise<PillarCheckouts>
}

/** A source of pillar beside the files below `pillar_roots`, as the option `ext_pillar` names it. */
export interface ExternalPillar {
  readonly name: string
  readonly doc: string
  /**
   * The data for one minion, or nothing. `config` is what stands behind the name in `ext_pillar`. What it throws costs the
   * minion this source alone, and is told under `_errors`, as is a list of texts that its data has there.
   */
  compile(ctx: PillarContext, config: unknown): Promise<DataMap | undefined> | DataMap | undefined
}

/** Declares an external pillar: the default export of its file. */
export function definePillar(pillar: ExternalPillar): ExternalPillar {
  return pillar
}

// SPDX-License-Identifier: Apache-2.0
import { functionsProblem, type Rule } from './module-rules.ts'

/** A side that has modules of a kind. */
export type Side = 'minion' | 'master'

/**
 * Where the code of a kind runs: in an executor, in a replaceable thread of the master, in a daemon, or in the tool that prints. A daemon
 * runs functions and objects of other kinds only if they are marked `inline`, and never those of custom modules.
 */
export type RunsIn = 'executor' | 'thread' | 'daemon' | 'tool'

/** The reference page of a kind. */
export interface KindDocs {
  readonly title: string
  readonly introduction: readonly string[]
  /** The name of one module, in the head of the table. */
  readonly one: string
  /** For a kind with functions the folder of pages, one per module; otherwise the page, without its extension. */
  readonly path: string
  /** For a kind with functions: what precedes the name of a module in the title of its page. */
  readonly pageTitle?: string
}

/**
 * A kind of modules. Its name is the folder of the built-in ones in `packages/modules/src`; `T` is what a file exports. For
 * a kind of Salt that is not built yet there are only its names for synchronization: its files are synced, but not loaded.
 */
export interface Kind<T, H extends Holds = Holds, B extends boolean = boolean> {
  readonly built: B
  readonly holds: H
  /** The folder of custom modules below a directory in `module_dirs`; in a file root it is `_<folder>`. */
  readonly folder: string
  /** Its name in `saltutil.sync_<name>` and in the result of `saltutil.sync_all`; absent if Salt does not sync it. */
  readonly sync?: string
  /** Where it can be synced: by `saltutil` on minions, by the runner `saltutil` on the master. */
  readonly sides: readonly Side[]
  readonly runsIn?: RunsIn
  /** Its rule, in addition to those of all kinds. */
  readonly problem?: Rule
  readonly docs?: KindDocs
  /** The option that disables modules of the kind. */
  readonly disabledBy?: string
  /** Never set: carries the type of the export. */
  readonly exported?: T
}

/** Whether a module of a kind has functions, or is itself one object. */
export type Holds = 'functions' | 'object'

type Fields<T, H extends Holds> = Omit<Kind<T, H>, 'built' | 'holds' | 'exported'>

/** A kind whose modules have functions. */
export function functionKind<T>(fields: Fields<T, 'functions'>): Kind<T, 'functions', true> {
  return { built: true, holds: 'functions', problem: functionsProblem, ...fields }
}

/** A kind whose modules are one object each. */
export function objectKind<T>(fields: Fields<T, 'object'>): Kind<T, 'object', true> {
  return { built: true, holds: 'object', ...fields }
}

/** A kind of Salt whose files are synced, but not loaded. `sync` is null if Salt does not sync it. */
export function unbuiltKind(
  folder: string,
  sides: readonly Side[],
  sync: string | null = folder,
): Kind<never, 'object', false> {
  return { built: false, holds: 'object', folder, sides, ...(sync === null ? {} : { sync }) }
}

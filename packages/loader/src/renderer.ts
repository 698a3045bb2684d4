// SPDX-License-Identifier: Apache-2.0
import type { RunOptions, RunResult } from '@halite/core'

/** What a renderer works with beside what it is given. `C` is the context of functions. */
// biome-ignore lint/suspicious/noExplicitAny: by default one of any context
export interface RenderScope<C = any> {
  /** How messages name the file. */
  readonly name: string
  readonly saltenv: string
  /** Dotted name of the sls; empty for other files. */
  readonly sls: string
  /** What the first line says behind the name of the renderer, as in `#!yaml -x`. */
  readonly argument: string
  /** Names that templates see: `grains`, `pillar`, `opts`, … */
  readonly context: Readonly<Record<string, unknown>>
  /** The configuration of whoever renders. */
  readonly options: Readonly<Record<string, unknown>>
  /** Runs a program where the file is rendered; absent where that must not be. */
  readonly run: ((argv: readonly string[], options?: RunOptions) => Promise<RunResult>) | undefined
  /** Functions and files of the minion; absent where a file is rendered for another machine. */
  readonly ctx: C | undefined
  readonly signal: AbortSignal | undefined
  /** Renders a text as a Jinja template of this file. */
  template(text: string): Promise<string>
  /** Notes on which line each key at the top stands, counted from 1. */
  keysAt(lines: ReadonlyMap<string, number>): void
}

/** One step from the text of a file to its data. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export interface Renderer<C = any> {
  readonly name: string
  readonly doc: string
  /**
   * What the renderer before it gave, at first the text of the file, turned into text for the next one or into data.
   * Rejects with what is wrong and where.
   */
  render(input: unknown, scope: RenderScope<C>): unknown
}

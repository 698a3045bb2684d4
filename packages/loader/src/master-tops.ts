// SPDX-License-Identifier: Apache-2.0
import type { DataMap } from '@halite/core'
import type { SourceContext } from './source-context.ts'

/** The minion whose top data is requested. */
export type TopsRequest = Pick<SourceContext, 'id' | 'grains'>

/** A source of top data beside the top files, as the option `master_tops` names it. */
export interface MasterTops {
  readonly name: string
  readonly doc: string
  /**
   * Environment → names of sls files, for one minion; or undefined. `config` is the value of the name in `master_tops`.
   * If it throws, the error is logged where it runs, and the minion lacks only this source.
   */
  top(ctx: SourceContext, config: unknown): Promise<DataMap | undefined> | DataMap | undefined
}

/** Declares a module of `master_tops`: the default export of its file. */
export function defineTops(tops: MasterTops): MasterTops {
  return tops
}

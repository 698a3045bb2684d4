// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '@halite/core'
import type { Leftovers } from './context.ts'
import type { Machine } from './machine.ts'
import { programRunner } from './services/run.ts'
import type { SourceContext } from './source-context.ts'

/** The context of a job or runner that asks a source. */
export interface SourceCaller {
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  readonly leftovers: Leftovers
  readonly signal: AbortSignal
}

/** The context of the source `name`, asked for a minion by a job or runner on `machine`. */
export function makeSourceContext(
  name: string,
  { id, grains }: Pick<SourceContext, 'id' | 'grains'>,
  { caller, machine }: { readonly caller: SourceCaller; readonly machine: Machine },
): SourceContext {
  const { options, log, signal } = caller
  return {
    id,
    grains,
    options,
    log: log.child({ module: name }),
    fs: machine.files,
    run: programRunner(caller, machine),
    find: (program) => machine.find(program),
    signal,
  }
}

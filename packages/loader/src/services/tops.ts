// SPDX-License-Identifier: Apache-2.0
import type { DataMap } from '@halite/core'
import { askTops, collectTops, hasTops } from '../collect-tops.ts'
import { makeSourceContext } from '../make-source-context.ts'
import { type Asked, asked, type Scope } from './service.ts'

/** The data of `master_tops` for this minion: environment → names of sls files. */
export type AskMasterTops = () => Promise<DataMap>

/**
 * The service `masterTops`: requested from the master, which knows the minion by its session. A minion with `file_client: local`,
 * or without a master, asks its own modules.
 */
export const masterTopsService: Asked<AskMasterTops> = {
  ...asked<AskMasterTops>([], ownTops),
  adapt: (given, scope) => (scope.ctx.options['file_client'] === 'local' ? ownTops(scope) : given),
}

function ownTops({ ctx, registry, machine }: Scope): AskMasterTops {
  return async () => {
    const { id, options, log } = ctx
    if (!hasTops(options)) return {}
    const ask = (name: string) =>
      askTops(registry, name, makeSourceContext(name, ctx, { caller: ctx, machine }))
    return collectTops({ registry, options, log, id, ask })
  }
}

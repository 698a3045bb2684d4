// SPDX-License-Identifier: Apache-2.0
import type { DataMap } from '@halite/core'
import { askTops, collectTops, hasTops } from '../collect-tops.ts'
import { programRunner } from './run.ts'
import { type Asked, asked, type Scope } from './service.ts'

/** What `master_tops` says of this minion: environment → names of sls files. */
export type AskMasterTops = () => Promise<DataMap>

/**
 * The service `masterTops`: asked of the master, which knows the minion by its session. A minion with `file_client: local`
 * asks the modules of its own, and so does one without a master.
 */
export const masterTopsService: Asked<AskMasterTops> = {
  ...asked<AskMasterTops>([], ownTops),
  adapt: (given, scope) => (scope.ctx.options['file_client'] === 'local' ? ownTops(scope) : given),
}

function ownTops({ ctx, registry, machine }: Scope): AskMasterTops {
  return async () => {
    const { id, options, grains, log, signal } = ctx
    if (!hasTops(options)) return {}
    const own = { id, options, grains, signal, fs: machine.files, run: programRunner(ctx, machine) }
    const find = (program: string) => machine.find(program)
    const ask = (name: string) => askTops(registry, name, { ...own, find, log: log.child({ module: name }) })
    return collectTops({ registry, options, log, id, ask })
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Apart } from '@halite/loader'
import type { SiteProcesses, SiteProcessesInit } from './site-processes.ts'

/** What runs code of the site beside a run of states; loaded with its first use, which most runs have not. */
export interface LateApart extends Apart {
  close(): Promise<void>
}

/** One that does nothing until its first use. `close` lets its processes end. */
export function lateApart(init: SiteProcessesInit): LateApart {
  let made: Promise<SiteProcesses> | undefined
  const make = async () => {
    const { SiteProcesses: Made } = await import('./site-processes.ts')
    return new Made(init)
  }
  return {
    run: async (ctx, call) => {
      made ??= make()
      return (await made).run(ctx, call)
    },
    close: async () => (await made)?.close(),
  }
}

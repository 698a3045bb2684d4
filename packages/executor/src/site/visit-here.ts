// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Logger, messageOf, run } from '@halite/core'
import {
  describeModule,
  type GrainContext,
  type LoadContext,
  loadSiteModule,
  loadVerdict,
  type SiteApi,
  type SiteModule,
  thisMachine,
} from '@halite/loader'
import type { VisitedMessage, VisitMessage, VisitTask } from '../messages.ts'

/** What site modules see during a visit. */
export interface VisitContext extends LoadContext {
  readonly id: string
  readonly log: Logger
  readonly api: SiteApi
}

/**
 * Does one thing with each of several site modules and answers for each before the next one is touched: whoever waits
 * knows from the number of answers which module ended or stopped the process. `answer` resolves when one has been sent.
 */
export async function visit(
  { task, modules }: VisitMessage,
  context: VisitContext,
  answer: (message: VisitedMessage) => Promise<void>,
): Promise<void> {
  for (const module of modules) await answer(await outcome(() => tasks[task](module, context)))
}

const tasks: Readonly<Record<VisitTask, (module: SiteModule, context: VisitContext) => Promise<unknown>>> = {
  describe: async (module, { api }) => describeModule(await loadSiteModule(module, api)),
  decide: async (module, context) => {
    const loaded = await loadSiteModule(module, context.api)
    return 'functions' in loaded ? loadVerdict(loaded, context) : true
  },
  collect: async (module, context) => {
    const grain = await loadSiteModule({ ...module, kind: 'grains' }, context.api)
    return grain.collect(grainContextOf(context))
  },
}

function grainContextOf({ id, options, log }: VisitContext): GrainContext {
  // The process is ended when nobody waits any more, and what it started with it.
  const { signal } = new AbortController()
  return { id, options, log, signal, run, windowsRegistry: thisMachine.windowsRegistry }
}

async function outcome(work: () => Promise<unknown>): Promise<VisitedMessage> {
  try {
    return { type: 'visited', value: await work() }
  } catch (error) {
    return { type: 'visited', problem: problemIn(error) }
  }
}

/** The daemon knows which module it is about. */
function problemIn(error: unknown): string {
  const problem = isSaltError(error, 'MODULE_INVALID') ? error.data?.['problem'] : undefined
  return typeof problem === 'string' ? problem : messageOf(error)
}

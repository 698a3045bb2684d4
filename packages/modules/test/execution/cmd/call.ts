// SPDX-License-Identifier: Apache-2.0
import { type Logger, parseMinionId, silentLog } from '@halite/core'
import {
  createContext,
  type ExecContext,
  type FunctionResult,
  keywordMap,
  Registry,
  runFunction,
} from '@halite/loader'
import { manifest } from '../../../src/index.ts'

/** What a test may set of the context of a call; everything else is real, processes included. */
export interface Surroundings {
  readonly options?: ExecContext['options']
  readonly signal?: AbortSignal
  readonly log?: Logger
  readonly grains?: ExecContext['grains']
}

/** Calls a function of `cmd` as a job from outside does. */
export function callCmd(
  fun: string,
  arg: readonly unknown[],
  around: Surroundings = {},
): Promise<FunctionResult> {
  return runFunction(registry, contextOf(around), { fun: `cmd.${fun}`, arg })
}

/** Calls a function of `cmd` as another module does. */
export function callFromModule(
  fun: string,
  keywords: Readonly<Record<string, unknown>>,
  around: Surroundings = {},
): Promise<unknown> {
  return contextOf(around).call(`cmd.${fun}`, keywords)
}

/** Keyword arguments of a call from outside. */
export const kw = keywordMap

/** A log that keeps its lines, `level: message`. */
export function recordingLog(): { log: Logger; lines: string[] } {
  const lines: string[] = []
  const write = (level: string) => (message: string) => void lines.push(`${level}: ${message}`)
  const log: Logger = {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    critical: write('critical'),
    child: () => log,
  }
  return { log, lines }
}

const registry = new Registry(manifest, { grains: {}, options: {} })

function contextOf({ options = {}, signal, log = silentLog, grains = {} }: Surroundings): ExecContext {
  return createContext({
    registry,
    id: parseMinionId('m1'),
    options,
    grains,
    pillar: {},
    log,
    ...(signal === undefined ? {} : { signal }),
    job: {
      jid: '20261120045115533265',
      user: 'root',
      tgt: '*',
      tgtType: 'glob',
      fun: 'cmd.run',
      arg: [],
      ret: '',
    },
  })
}

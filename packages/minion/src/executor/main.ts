// SPDX-License-Identifier: Apache-2.0
import { type Logger, silentLog } from '@halite/core'
import { createContext, type JobContext, Registry, runFunction } from '@halite/loader'
import { packResult } from '../jobs/result.ts'
import type { FromExecutor, RunMessage, SetupMessage, ToExecutor } from './messages.ts'

// A process of the minion that runs jobs, one at a time. It ends with the daemon: when the channel closes, there is nobody
// left to answer to.

type ManifestModule = { readonly manifest: ConstructorParameters<typeof Registry>[0] }

class Executor {
  readonly #registry: Promise<Registry>
  readonly #setup: SetupMessage

  constructor(setup: SetupMessage, manifest: Promise<ManifestModule>) {
    this.#setup = setup
    const { grains, options } = setup
    this.#registry = manifest.then(
      (module) => new Registry(module.manifest, { grains, options, log: parentLog }),
    )
  }

  async run(message: RunMessage): Promise<void> {
    const registry = await this.#registry
    const context = createContext({ ...this.#setup, registry, log: parentLog, job: jobOf(message) })
    const result = packResult(await runFunction(registry, context, message))
    send({ type: 'done', jid: message.jid, ...result })
  }
}

function jobOf(message: RunMessage): JobContext {
  const { jid, user, tgt, tgtType, arg, ret, fun } = message
  return { jid, user, tgt, tgtType, arg, ret, fun: typeof fun === 'string' ? fun : fun.join(',') }
}

function send(message: FromExecutor): void {
  process.send?.(message)
}

const parentLog: Logger = logOf({})

function logOf(bound: Readonly<Record<string, unknown>>): Logger {
  const write =
    (level: 'trace' | 'debug' | 'info' | 'warning' | 'error' | 'critical') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      send({ type: 'log', level, message, fields: plain({ ...bound, ...fields }) })
  return {
    ...silentLog,
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    critical: write('critical'),
    child: (fields) => logOf({ ...bound, ...fields }),
  }
}

/** Fields as they can cross to the daemon. */
function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null ? String(value) : value,
    ]),
  )
}

let executor: Executor | undefined
const manifest: Promise<ManifestModule> = import(process.argv[2] ?? '')

process.on('message', (message: ToExecutor) => {
  if (message.type === 'setup') executor = new Executor(message, manifest)
  else void executor?.run(message)
})
process.on('disconnect', () => process.exit(0))
send({ type: 'ready' })

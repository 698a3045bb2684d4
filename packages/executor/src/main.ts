// SPDX-License-Identifier: Apache-2.0
import { allowCoreDumps, descendantsOf, killTree, type Logger, silentLog } from '@halite/core'
import {
  createContext,
  type JobContext,
  lateSiteApi,
  liveSiteManifest,
  type Manifest,
  Registry,
  runFunction,
} from '@halite/loader'
import { DaemonAsker } from './asks.ts'
import type { FromExecutor, RunMessage, SetupMessage, ToExecutor, VisitMessage } from './messages.ts'
import { packResult } from './result.ts'
import { visit } from './site/visit-here.ts'

// A process of the minion that runs jobs, one at a time. It ends with the daemon: when the channel closes, there is nobody
// left to answer to.

type ManifestModule = { readonly manifest: Manifest }

class Executor {
  readonly #manifest: Promise<ManifestModule>
  readonly #registry: Promise<Registry>
  readonly #setup: SetupMessage

  constructor(setup: SetupMessage, manifest: Promise<ManifestModule>) {
    this.#setup = setup
    this.#manifest = manifest
    this.#registry = this.#makeRegistry()
  }

  async run(message: RunMessage): Promise<void> {
    const registry = await this.#registry
    const { calls } = asker
    const context = createContext({
      ...this.#setup,
      registry,
      log: parentLog,
      job: jobOf(message),
      daemon: calls,
      masters: calls,
      compilePillar: (pillarenv) => calls.compilePillar(pillarenv),
    })
    const result = packResult(await runFunction(registry, context, message), this.#setup.returnLimits)
    send({ type: 'done', jid: message.jid, ...result })
  }

  async visit(message: VisitMessage): Promise<void> {
    const { manifest } = await this.#manifest
    await visit(message, { ...this.#setup, log: parentLog, api: await lateSiteApi(manifest)() })
  }

  async #makeRegistry(): Promise<Registry> {
    const { grains, options, site } = this.#setup
    const { manifest } = await this.#manifest
    const api = lateSiteApi(manifest)
    const own = site.map((modules) => liveSiteManifest(modules, api))
    return new Registry([...own, manifest], { grains, options, log: parentLog })
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

/** The daemon was killed: what a job has started ends now, as it does when the daemon stops. */
function endChildren(): void {
  for (const pid of descendantsOf(process.pid)) killTree(pid, 'SIGKILL')
}

allowCoreDumps()
const asker = new DaemonAsker(send)
let executor: Executor | undefined
const manifest: Promise<ManifestModule> = import(process.argv[2] ?? '')

process.on('message', (message: ToExecutor) => {
  if (message.type === 'setup') executor = new Executor(message, manifest)
  else if (message.type === 'answer') asker.take(message)
  else if (message.type === 'visit') void executor?.visit(message)
  else void executor?.run(message)
})
process.on('disconnect', () => {
  endChildren()
  process.exit(0)
})
send({ type: 'ready' })

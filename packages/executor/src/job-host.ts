// SPDX-License-Identifier: Apache-2.0
import { type EndingSignal, jobEnd, type Logger } from '@halite/core'
import {
  createContext,
  type DaemonServices,
  type ExecContext,
  type JobContext,
  lateSiteApi,
  liveSiteManifest,
  type Machine,
  type Manifest,
  Registry,
  runFunction,
} from '@halite/loader'
import { type LateApart, lateApart } from './apart/late-apart.ts'
import { runApart } from './apart/run-apart.ts'
import { StateView } from './apart/state-view.ts'
import { type Asker, sentError } from './asks.ts'
import type { ExecutorFiles } from './executor-child.ts'
import { executorLog } from './executor-log.ts'
import type { Facts } from './facts.ts'
import { LeftoverLedger } from './leftover-ledger.ts'
import { type MasterRunOptions, type Outcome, runForMaster, runTopsForMaster } from './master-run.ts'
import {
  type FromExecutor,
  type FunctionMessage,
  type RunMessage,
  renewAsk,
  type SetupMessage,
} from './messages.ts'
import { askedMinion } from './minion-asks.ts'
import { askedOrchestration } from './orchestration-asks.ts'
import { ReceivedFacts } from './received-facts.ts'
import { packResult } from './result.ts'
import { FileJournal } from './run-journal.ts'
import type { VisitContext } from './site/visit-here.ts'
import { watchedMachine } from './watched-machine.ts'

/** What a job host works with. */
export interface JobHostInit {
  readonly manifest: Promise<{ readonly manifest: Manifest }>
  readonly asker: Asker
  readonly send: (message: FromExecutor) => void
}

type Asked = Partial<DaemonServices>

/** A job of a minion while it runs. */
interface OwnRun {
  readonly message: RunMessage
  readonly signal: AbortSignal
  readonly machine: Machine
  readonly journal: FileJournal
  /** What runs code of the site for it: one for each of its contexts. */
  readonly beside: LateApart[]
}

/** What runs jobs inside an executor: keeps the registry of modules and the facts from one job to the next. */
export class JobHost {
  readonly #init: JobHostInit
  readonly #log: Logger
  readonly #received = new ReceivedFacts()
  #setup: SetupMessage | undefined
  #registry: Promise<Registry> | undefined
  #ledger: LeftoverLedger | undefined
  /** The run of states that this process stands beside. */
  readonly #view = new StateView()
  #running: { readonly controller: AbortController; readonly done: Promise<void> } | undefined

  constructor(init: JobHostInit) {
    this.#init = init
    this.#log = executorLog({}, init.send)
  }

  /** Whether a job is running. */
  get isBusy(): boolean {
    return this.#running !== undefined
  }

  /** Takes over the parts that changed. Modules are looked for again only when what decides about them did. */
  setup(message: SetupMessage): void {
    this.#setup = message
    this.#received.receive(message.parts)
    if (Object.keys(message.parts).some((part) => part !== 'pillar')) this.#registry = undefined
  }

  /** Runs a job and reports its end. */
  run(message: RunMessage): Promise<void> {
    const controller = new AbortController()
    const done = this.#run(message, controller.signal).finally(() => {
      this.#running = undefined
    })
    this.#running = { controller, done }
    return done
  }

  /** Aborts the job that runs; nothing happens if there isn't one. */
  abort(signal: EndingSignal, text: string): void {
    this.#running?.controller.abort(jobEnd(text, signal))
  }

  /** Resolves when no job runs. */
  async idle(): Promise<void> {
    await this.#running?.done
  }

  /** Removes what this process noted on disk when nothing is left of it; no job runs after that. */
  close(): void {
    this.#ledger?.close()
  }

  /** What a visit to site modules works with. */
  async visiting(): Promise<VisitContext> {
    const { manifest } = await this.#init.manifest
    const { grains, options } = this.#received.current()
    return { id: this.#id, grains, options, log: this.#log, api: await lateSiteApi(manifest)() }
  }

  async #run(message: RunMessage, signal: AbortSignal): Promise<void> {
    const registry = await this.#modules()
    const { result, keepsPrograms } = await this.#outcome(registry, message, signal)
    const limits = this.#setup?.returnLimits ?? { maxBytes: 0, maxDepth: 0, maxValues: 0 }
    // A client of the master, and a run of states, want the error itself; a minion returns the text about it.
    const isJob = message.kind === 'execution' && message.apart === undefined
    const hasError = !isJob && result.error !== undefined
    const error = hasError ? { error: sentError(result.error) } : {}
    const flags = { ...error, ...(keepsPrograms ? { keepsPrograms } : {}) }
    this.#init.send({ type: 'done', jid: message.jid, ...packResult(result, limits), ...flags })
  }

  #outcome(registry: Registry, message: RunMessage, signal: AbortSignal): Promise<Outcome> {
    const { kind } = message
    if (kind === 'tops') return runTopsForMaster(this.#masterRun(registry, signal), message)
    const functionMessage = { ...message, kind }
    return kind === 'execution' || message.apart !== undefined
      ? this.#runHere(registry, functionMessage, signal)
      : runForMaster(this.#masterRun(registry, signal), functionMessage)
  }

  #masterRun(registry: Registry, signal: AbortSignal): MasterRunOptions {
    const facts = this.#received.current()
    const { asker } = this.#init
    const leftovers = this.#leftovers(facts)
    return { id: this.#id, registry, facts, asker, files: ownFiles(), log: this.#log, leftovers, signal }
  }

  async #runHere(registry: Registry, message: FunctionMessage, signal: AbortSignal): Promise<Outcome> {
    const { machine, keepsPrograms } = watchedMachine()
    const { options } = this.#received.current()
    const journal = new FileJournal(String(options['cachedir']), message.jid, message.resumes)
    const run: OwnRun = { message, signal, machine, journal, beside: [] }
    const context = this.#contextOf(registry, run)
    const { kind, fun, apart: call } = message
    const result = await (call === undefined
      ? runFunction(registry, context, message)
      : runApart(registry, context, { ...call, kind, fun: [fun].flat().join() }))
    await Promise.all(run.beside.map((each) => each.close()))
    // Of a run that is ended its minion, or the next one, reads what ran.
    if (!signal.aborted) journal.close()
    return { result, keepsPrograms: keepsPrograms() }
  }

  /** What a function of a minion sees, by the facts of now. */
  #contextOf(registry: Registry, run: OwnRun): ExecContext {
    const facts = this.#received.current()
    const { message, signal, machine } = run
    const asked = this.#asked(message.apart?.services)
    return createContext({
      ...asked,
      ...this.#stateParts(run, { facts, asked }),
      registry,
      id: this.#id,
      get options() {
        return facts.options
      },
      get grains() {
        return facts.grains
      },
      get pillar() {
        return facts.pillar
      },
      log: this.#log,
      signal,
      job: jobOf(message),
      leftovers: this.#leftovers(facts),
      machine,
    })
  }

  /** Of a job what runs of states work with; of a call of such a run the state it is for. */
  #stateParts(run: OwnRun, { facts, asked }: { readonly facts: Facts; readonly asked: Asked }) {
    const { message, journal, beside } = run
    if (message.apart !== undefined) {
      const { state, services } = message.apart
      const master = services.includes('master') ? { master: askedOrchestration(this.#init.asker) } : {}
      return { ...master, state: this.#view.receive(state) }
    }
    const apart = lateApart({ files: ownFiles(), site: () => facts.site, services: asked, log: this.#log })
    beside.push(apart)
    const renew = async () => {
      await this.#init.asker.ask(renewAsk)
      return this.#contextOf(await this.#modules(), run)
    }
    return { apart, journal, renew }
  }

  /** What the daemon is asked for; of these services only, where a run of states has not all of them. */
  #asked(names?: readonly string[]): Asked {
    const all = askedMinion(this.#init.asker)
    if (names === undefined) return all
    return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))
  }

  /** The notes of this process, in a file that is made with the first of them. */
  #leftovers({ options }: Pick<Facts, 'options'>): LeftoverLedger {
    this.#ledger ??= new LeftoverLedger(String(options['cachedir']), this.#log)
    return this.#ledger
  }

  get #id(): SetupMessage['id'] {
    if (this.#setup === undefined) throw new Error('the executor was not set up')
    return this.#setup.id
  }

  #modules(): Promise<Registry> {
    this.#registry ??= this.#makeRegistry()
    return this.#registry
  }

  async #makeRegistry(): Promise<Registry> {
    const { grains, options, site } = this.#received.current()
    const { manifest } = await this.#init.manifest
    const api = lateSiteApi(manifest)
    const own = site.map((modules) => liveSiteManifest(modules, api))
    return new Registry([...own, manifest], { grains, options, log: this.#log })
  }
}

/** What this process was started from. */
function ownFiles(): ExecutorFiles {
  const [, executor = '', manifest = ''] = process.argv
  return { executor, manifest }
}

function jobOf(message: RunMessage): JobContext {
  const { jid, user, tgt, tgtType, arg, ret, fun } = message
  return { jid, user, tgt, tgtType, arg, ret, fun: typeof fun === 'string' ? fun : fun.join(',') }
}

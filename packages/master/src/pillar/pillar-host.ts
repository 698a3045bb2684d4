// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import {
  atEachLevel,
  isMap,
  type LogFunction,
  type Logger,
  type MinionOptions,
  pack,
  parseMinionId,
  SaltError,
  silentLog,
  textKeyed,
  unpack,
} from '@halite/core'
import { SiteModules } from '@halite/executor/site'
import { type Manifest, type MasterCallOutcome, type PillarCheckouts, Registry } from '@halite/loader'
import { PillarCompiler } from './compiler.ts'
import { type PillarRequest, type PillarServices, pillarSettings } from './settings.ts'
import {
  type FromWorker,
  receivedError,
  type Service,
  sentError,
  type ToWorker,
  type Wish,
  type WorkerSetup,
} from './worker-messages.ts'

/** What of a message port is used here. */
export interface MessagePortLike {
  on(event: 'message', listener: (message: ToWorker) => void): unknown
  postMessage(message: FromWorker, transfer?: readonly ArrayBuffer[]): void
}

const noLimits = { maxBytes: Number.MAX_SAFE_INTEGER, maxDepth: 1000, maxValues: Number.MAX_SAFE_INTEGER }
/** How long site modules are taken as they were read. */
const siteMs = 2000

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** Compiles pillar inside a thread: one compiler, whose results are kept for as long as the thread lives. */
export class PillarHost {
  readonly #setup: WorkerSetup
  readonly #port: MessagePortLike
  readonly #log: Logger
  readonly #asked = new Map<number, Waiting>()
  #asks = 0
  readonly #options: Readonly<Record<string, unknown>>
  readonly #compiler: PillarCompiler
  #site: SiteModules | undefined
  #siteAtMs = Number.NEGATIVE_INFINITY
  #base: Promise<Registry> | undefined

  constructor(setup: WorkerSetup, port: MessagePortLike) {
    this.#setup = setup
    this.#port = port
    this.#log = logTo({}, port)
    const options = unpack(setup.options, noLimits)
    this.#options = isMap(options) ? textKeyed(options) : {}
    this.#compiler = new PillarCompiler({
      ...pillarSettings(this.#options),
      registry: async (grains) => (await this.#registry()).withGrains(isMap(grains) ? textKeyed(grains) : {}),
      modules: () => this.#registry(),
      services: this.#services(),
      log: this.#log,
    })
  }

  /** Answers from now on. */
  listen(): void {
    this.#port.on('message', (message) => {
      if (message.type === 'ping') this.#port.postMessage({ type: 'pong' })
      else if (message.type === 'answer') this.#receive(message)
      else void this.#serve(message)
    })
  }

  async #serve({ type, seq, request, limitMs }: Extract<ToWorker, { type: Wish }>): Promise<void> {
    const over = new AbortController()
    try {
      const value = await Promise.race([
        this.#do(type, requestIn(request), over.signal),
        tooLate(limitMs, over.signal),
      ])
      const bytes = Uint8Array.from(pack(value))
      this.#port.postMessage({ type: 'done', seq, value: bytes }, [bytes.buffer])
    } catch (error) {
      this.#port.postMessage({ type: 'failed', seq, error: sentError(error) })
    } finally {
      over.abort()
    }
  }

  async #do(wish: Wish, request: PillarRequest, signal: AbortSignal): Promise<unknown> {
    return wish === 'compile' ? this.#compiler.compile(request, signal) : this.#compiler.showTop(request)
  }

  /** The modules of the master: those of its site, looked for again now and then, and the built-in ones. */
  #registry(): Promise<Registry> {
    if (this.#base !== undefined && Date.now() - this.#siteAtMs < siteMs) return this.#base
    this.#siteAtMs = Date.now()
    const before = this.#base
    this.#base = this.#findModules(before)
    return this.#base
  }

  async #findModules(before: Promise<Registry> | undefined): Promise<Registry> {
    const { manifest } = (await import(this.#setup.manifest)) as { readonly manifest: Manifest }
    this.#site ??= this.#makeSite()
    const isChanged = await this.#site.refresh()
    if (before !== undefined && !isChanged) return before
    return new Registry([...this.#site.live(manifest), manifest], { options: this.#options, log: this.#log })
  }

  #makeSite(): SiteModules {
    const { executor, manifest } = this.#setup
    return new SiteModules({
      id: parseMinionId('master'),
      // Both roles have the options that say where site modules are.
      options: this.#options as unknown as MinionOptions,
      files: { executor, manifest },
      log: this.#log,
    })
  }

  #services(): PillarServices {
    return {
      mineGet: async (wanted) => {
        const data = await this.#ask('mineGet', wanted)
        return isMap(data) ? data : {}
      },
      // The master packed both from these types.
      callMaster: async (call) => (await this.#ask('callMaster', call)) as MasterCallOutcome,
      checkOut: async (wanted) => (await this.#ask('checkOut', wanted)) as PillarCheckouts,
    }
  }

  #ask(name: Service, load: unknown): Promise<unknown> {
    const seq = ++this.#asks
    return new Promise((resolve, reject) => {
      this.#asked.set(seq, { resolve, reject })
      this.#port.postMessage({ type: 'ask', seq, name, load: Uint8Array.from(pack(load)) })
    })
  }

  #receive({ seq, value, error }: Extract<ToWorker, { type: 'answer' }>): void {
    const waiting = this.#asked.get(seq)
    this.#asked.delete(seq)
    if (error !== undefined) waiting?.reject(receivedError(error))
    else waiting?.resolve(value === undefined ? null : unpack(value, noLimits))
  }
}

/** Packed by the master from a request of this type. */
function requestIn(bytes: Uint8Array): PillarRequest {
  return unpack(bytes, noLimits) as PillarRequest
}

async function tooLate(ms: number, over: AbortSignal): Promise<never> {
  await delay(ms, undefined, { signal: over, ref: false })
  throw new SaltError('REQUEST_TIMEOUT', `the pillar took longer than ${ms / 1000} s`, {
    hint: 'Look for an external pillar, or a function that a template calls, that does not end.',
  })
}

function logTo(bound: Readonly<Record<string, unknown>>, port: MessagePortLike): Logger {
  const write =
    (level: LogFunction): Logger['info'] =>
    (message, fields = {}) =>
      port.postMessage({ type: 'log', level, message, fields: plain({ ...bound, ...fields }) })
  return {
    ...atEachLevel(write),
    trace: silentLog.trace,
    child: (fields) => logTo({ ...bound, ...fields }, port),
  }
}

/** Fields as they can cross to the master. */
function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null ? String(value) : value,
    ]),
  )
}

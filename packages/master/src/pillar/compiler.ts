// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  type Logger,
  mergeBy,
  run,
  SaltError,
  silentLog,
  toPlain,
  valueAt,
  version,
  withEntry,
} from '@halite/core'
import { thisMachine } from '@halite/loader'
import { Compilation } from './compilation.ts'
import { decryptPillar } from './decrypt.ts'
import { Environments } from './environments.ts'
import { applyExternal } from './ext-pillars.ts'
import { KeptPillars } from './kept-pillars.ts'
import { OtherRoots } from './other-roots.ts'
import type { PillarRequest, PillarSettings } from './settings.ts'
import type { SlsFiles } from './sls-files.ts'
import { SlsRenderer } from './sls-renderer.ts'
import { shownTop } from './top.ts'
import { TopFiles } from './top-files.ts'

type Pillar = DataMap

/** A request with the environment that it comes down to. */
interface Wanted extends PillarRequest {
  readonly environments: ReadonlyMap<string, SlsFiles>
}

/** The top files that count for a minion, merged. */
export interface ShownTop {
  readonly top: DataMap
  readonly errors: readonly string[]
}

/**
 * Compiles the pillar of minions from `top.sls`, sls files and external pillars. A result belongs to one minion, and is kept
 * for as long as what was looked at is unchanged: the grains that were asked for, and every file. It works in this thread:
 * a daemon has threads for it.
 */
export class PillarCompiler {
  readonly #settings: PillarSettings
  readonly #log: Logger
  readonly #environments: Environments
  readonly #tops: TopFiles
  readonly #kept = new KeptPillars()
  /** The last compilation asked for by minion and environment: the next one waits for it, and may find that it holds. */
  readonly #last = new Map<string, Promise<Pillar>>()
  readonly #renderer: SlsRenderer
  /** For external pillars that have files of their own. */
  readonly #others: OtherRoots<PillarCompiler>

  constructor(settings: PillarSettings) {
    this.#settings = settings
    this.#log = settings.log ?? silentLog
    this.#renderer = new SlsRenderer({
      opts: settings.opts ?? {},
      renderer: settings.renderer,
      modules: settings.modules ?? (() => settings.registry?.({})),
      services: settings.services,
      log: this.#log,
    })
    this.#tops = new TopFiles(settings, this.#log)
    this.#environments = new Environments(settings.roots)
    this.#others = new OtherRoots((roots) => new PillarCompiler({ ...onlyFiles(settings), roots }))
  }

  /**
   * The pillar of one minion. Never rejects for what the files say: that is noted under `_errors` and logged. Rejects with
   * `SALTENV_INVALID` for an environment that cannot be one, and with the reason of `signal`. The result is shared: treat it
   * as read-only.
   */
  async compile(request: PillarRequest, signal?: AbortSignal): Promise<Pillar> {
    const wanted = this.#wanted(request)
    if (wanted.override !== undefined || wanted.ext !== undefined) return this.#compileNow(wanted, { signal })
    const name = [wanted.id, wanted.pillarenv ?? '', wanted.saltenv ?? ''].join('\0')
    const before = this.#last.get(name) ?? Promise.resolve()
    const compileNext = () => this.#current(wanted, { name, signal })
    const now = before.then(compileNext, compileNext)
    this.#last.set(name, now)
    try {
      return await now
    } finally {
      if (this.#last.get(name) === now) this.#last.delete(name)
    }
  }

  /** What the top files say to this minion's environments. Rejects as `compile`. */
  async showTop(request: PillarRequest): Promise<ShownTop> {
    const wanted = this.#wanted(request)
    const compilation = await this.#begin(wanted)
    const entries = await this.#tops.entries(compilation, wanted)
    return { top: shownTop(entries), errors: compilation.problems.errors }
  }

  #wanted(request: PillarRequest): Wanted {
    const { pillarenv: always = '', pillarenvFromSaltenv = false } = this.#settings
    const saltenv = request.saltenv || undefined
    const pillarenv = request.pillarenv || (pillarenvFromSaltenv ? saltenv : undefined) || always || undefined
    const environments = this.#environments.of(pillarenv ?? saltenv)
    return { ...request, saltenv, pillarenv, environments }
  }

  /** The known result while it holds, else a new one, which is then known. */
  async #current(
    wanted: Wanted,
    { name, signal }: { name: string; signal: AbortSignal | undefined },
  ): Promise<Pillar> {
    return this.#kept.find(name, wanted) ?? (await this.#compileNow(wanted, { name, signal }))
  }

  async #compileNow(
    wanted: Wanted,
    { name, signal }: { name?: string; signal: AbortSignal | undefined },
  ): Promise<Pillar> {
    const compilation = await this.#begin(wanted, signal)
    const { override } = wanted
    // It counts twice, as in Salt: files merge over it, which decides the order of keys and lists, and it over them.
    if (override !== undefined) compilation.mergeGiven(override)
    if (this.#settings.externalFirst) {
      await this.#applyExternal(compilation, wanted, signal)
      const { pillar: external } = compilation
      compilation.external = compilation.trusted
      compilation.pillar = override ?? {}
      await this.#applyFiles(compilation, wanted)
      compilation.pillar = this.#merged(external, compilation.pillar)
    } else {
      await this.#applyFiles(compilation, wanted)
      signal?.throwIfAborted()
      await this.#applyExternal(compilation, wanted, signal)
    }
    signal?.throwIfAborted()
    const pillar = await this.#finished(compilation, wanted)
    const { seen, reads, size } = compilation
    if (name !== undefined) this.#kept.keep(name, { pillar, seen, reads, size }, wanted)
    return pillar
  }

  async #begin(wanted: Wanted, signal?: AbortSignal): Promise<Compilation> {
    const registry = await this.#settings.registry?.(wanted.grains)
    return new Compilation(
      { ...wanted, registry, signal },
      { environments: wanted.environments, renderer: this.#renderer, settings: this.#settings },
    )
  }

  async #applyFiles(compilation: Compilation, wanted: Wanted): Promise<void> {
    const facts = {
      id: wanted.id,
      grains: compilation.reads.watched(wanted.grains),
      pillar: compilation.external,
    }
    for (const entry of await this.#tops.entries(compilation, wanted)) {
      // Which targets there are does not depend on the minion; whether one selects it does.
      compilation.reads.id = true
      if (entry.target.matches(facts)) await compilation.apply(entry)
    }
  }

  async #applyExternal(compilation: Compilation, wanted: Wanted, signal?: AbortSignal): Promise<void> {
    const { external = [] } = this.#settings
    if (external.length === 0 && wanted.ext === undefined) return
    const { override, id, grains, pillarenv, saltenv } = wanted
    if (override !== undefined) compilation.mergeGiven(override)
    const registry = await this.#settings.registry?.(grains)
    const settings = this.#settings
    await applyExternal(compilation, {
      settings,
      request: wanted,
      registry,
      context: {
        id,
        // Names are what sources look them up by.
        grains: grains as Readonly<Record<string, unknown>>,
        pillarenv,
        saltenv,
        options: settings.opts ?? {},
        log: this.#log,
        signal: signal ?? new AbortController().signal,
        fs: thisMachine.files,
        find: (name) => thisMachine.find(name),
        run: (argv, options) => run(argv, { ...(signal === undefined ? {} : { signal }), ...options }),
        render: (text, place) => this.#renderer.renderText(text, { ...place, id, grains, registry }),
        compile: (roots) => this.#others.of(roots).compile({ id, grains, pillarenv, saltenv }, signal),
        checkOut: async (remotes) => {
          const { checkOut = noCheckOut } = settings.services ?? {}
          return checkOut({ remotes, pillarenv, saltenv })
        },
      },
    })
  }

  /** The options of the master, what went wrong, what the call gives, and all of it decrypted. */
  async #finished(compilation: Compilation, { id, override }: Wanted): Promise<Pillar> {
    const { givesOptions = false, opts = {}, decrypt } = this.#settings
    let pillar = compilation.pillar
    if (givesOptions)
      pillar = withEntry(pillar, 'master', { ...(toPlain(opts) as object), saltversion: version })
    const { problems } = compilation
    if (problems.errors.length > 0) pillar = withEntry(pillar, '_errors', problems.errors)
    if (override !== undefined) pillar = this.#merged(pillar, override)
    const errors: string[] = []
    if (decrypt !== undefined) {
      const decrypted = await decryptPillar(pillar, {
        settings: decrypt,
        decrypt: (text, renderer) => this.#renderer.apply(text, { name: 'decrypt_pillar', renderer }),
        given: override,
      })
      errors.push(...decrypted.errors)
      pillar = decrypted.pillar
    }
    for (const problem of [...problems.known, ...errors])
      this.#log.error('pillar render error', { id, problem })
    if (errors.length === 0) return pillar
    compilation.reads.isVolatile = true
    const before = valueAt(pillar, '_errors')
    return withEntry(pillar, '_errors', [...(Array.isArray(before) ? before : []), ...errors])
  }

  #merged(base: DataMap, over: DataMap): DataMap {
    return mergeBy(base, over, this.#settings)
  }
}

/** The rest is done once, with the whole pillar. */
function onlyFiles({ decrypt: _decrypt, ...settings }: PillarSettings): PillarSettings {
  return { ...settings, external: [], givesOptions: false, pillarenv: '' }
}

async function noCheckOut(): Promise<never> {
  throw new SaltError('COMMAND_FAILED', 'there are no checkouts of git here')
}

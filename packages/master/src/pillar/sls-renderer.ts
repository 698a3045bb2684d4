// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Logger, type MinionId, parseYaml, run, SaltError } from '@halite/core'
import type { Registry, RenderPlace } from '@halite/loader'
import type { PipeRequest, RenderLimits, RenderPipe } from '@halite/rendering'
import type { Facts } from '@halite/targeting'
import { FactReads } from './fact-reads.ts'
import { KeptByPlace } from './kept-by-place.ts'
import type { PillarServices, PillarSettings } from './settings.ts'
import { type Content, sizeOf } from './size.ts'
import type { Seen, SlsFile, SlsSource } from './sls-files.ts'
import type { SlsScope } from './sls-scope.ts'
import { type StaticReads, staticReads } from './static-reads.ts'
import { templateCalls } from './template-calls.ts'
import { TemplateContext } from './template-context.ts'

/** A text that is rendered for a minion, and how. */
export interface TextPlace extends RenderPlace {
  readonly id: MinionId
  readonly grains: Facts
  readonly registry?: Registry | undefined
}

export interface SlsRendererOptions {
  /** What templates see as `opts`. */
  readonly opts: Readonly<Record<string, unknown>>
  readonly renderer: string | undefined
  /** Renderers beside those of every template. */
  readonly modules?: PillarSettings['modules']
  readonly services?: PillarServices | undefined
  readonly log: Logger
}

type Outcome = Content | { readonly error: unknown }

/** A template that needs more than this is not one that people write. */
const limits: Partial<RenderLimits> = {
  maxSteps: 200_000,
  maxDepth: 50,
  maxVolume: 32 * 1024 * 1024,
  maxOutput: 1024 * 1024,
  maxMs: 2000,
}

/**
 * Files to data. One that holds no template is read once for all minions; a template is rendered once for all who would
 * get the same of it, by the grains that it asks for.
 */
export class SlsRenderer {
  readonly #options: SlsRendererOptions
  readonly #contents = new WeakMap<SlsSource, Outcome>()
  readonly #kept = new KeptByPlace()
  readonly #staticReads = new WeakMap<SlsSource, StaticReads>()
  #pipe: Promise<Rendering> | undefined

  constructor(options: SlsRendererOptions) {
    this.#options = options
  }

  /**
   * Rejects with `YAML_INVALID`, `JSON_INVALID`, `TEMPLATE_FAILED`, `RENDERER_UNKNOWN`, `VALUE_TOO_LARGE` or
   * `VALUE_TOO_DEEP`; the name of the file is in `data.file`.
   */
  async render(file: SlsFile, scope: SlsScope): Promise<Content> {
    try {
      if (isTemplate(file.source.text)) return await this.#templateContent(file, scope)
      const outcome = this.#contents.get(file.source) ?? (await this.#renderData(file, scope))
      this.#contents.set(file.source, outcome)
      if ('error' in outcome) throw outcome.error
      return outcome
    } catch (error) {
      if (!isSaltError(error)) throw error
      const { code, message, hint, data } = error
      throw new SaltError(code, message, {
        cause: error,
        ...(hint !== undefined && { hint }),
        data: { file: file.name, ...data },
      })
    }
  }

  /** Runs a value through renderers, as `decrypt_pillar` does. Rejects as `render` does. */
  async apply(
    value: unknown,
    { name, renderer }: { readonly name: string; readonly renderer: string },
  ): Promise<unknown> {
    const { pipe } = await this.#rendering()
    const { opts: options } = this.#options
    return pipe.apply(value, { name, renderer, context: {}, options, run, limits })
  }

  /** A text that lies elsewhere, with names of its own beside those of every pillar file. Rejects as `render` does. */
  async renderText(text: string, place: TextPlace): Promise<unknown> {
    const { pipe, slsContext } = await this.#rendering()
    const { opts, log, services } = this.#options
    const { id, grains, registry, pillar = {}, context = {}, name, renderer, allowUndefined } = place
    const reads = new FactReads()
    const request: PipeRequest = {
      name,
      text,
      ...(renderer === undefined ? {} : { renderer }),
      context: {
        opts: { ...opts, id, minion_id: id, grains },
        grains,
        pillar,
        ...slsContext(name, ''),
        ...context,
      },
      calls: templateCalls({ id, grains, pillar, reads, registry, options: opts, services, log }),
      options: opts,
      run,
      ...(allowUndefined === undefined ? {} : { allowUndefined }),
      ...(place.read === undefined ? {} : { files: { read: place.read } }),
      limits,
    }
    return (await pipe.render(request)).data
  }

  /** A file whose data is the same for every minion. */
  async #renderData(file: SlsFile, scope: SlsScope): Promise<Outcome> {
    const { text, path } = file.source
    const { renderer } = this.#options
    const isPlain = !text.startsWith('#!') && (renderer === undefined || renderer === 'jinja|yaml')
    try {
      return withSize(isPlain ? parseYaml(text, path) : await this.#piped(file, scope))
    } catch (error) {
      return { error }
    }
  }

  async #templateContent(file: SlsFile, scope: SlsScope): Promise<Content> {
    const kept = this.#kept.of(file.source, scope)
    const known = kept?.find(scope)
    const made = known ?? (await this.#make(file, scope))
    scope.reads.add(made.reads)
    for (const [path, stamp] of made.seen) scope.seen.set(path, stamp)
    if (known === undefined) kept?.keep(made, scope)
    return made.content
  }

  async #make(file: SlsFile, scope: SlsScope) {
    const [reads, seen]: [FactReads, Seen] = [new FactReads(), new Map()]
    const startMs = performance.now()
    try {
      const content = withSize(await this.#piped(file, { ...scope, reads, seen }))
      return { content, reads, seen }
    } catch (error) {
      // It ended before it was known what else it would have looked at.
      scope.reads.add(reads)
      scope.reads.all = true
      scope.reads.id = true
      scope.reads.isVolatile ||= performance.now() - startMs > slowMs
      for (const [path, stamp] of seen) scope.seen.set(path, stamp)
      throw error
    }
  }

  async #piped(file: SlsFile, scope: SlsScope): Promise<unknown> {
    const { pipe, slsContext } = await this.#rendering()
    const { renderer, opts, log, services } = this.#options
    const context = new TemplateContext(scope, opts, this.#readsOf(file.source))
    const request: PipeRequest = {
      name: file.name,
      text: file.source.text,
      ...(renderer === undefined ? {} : { renderer }),
      rendererBlacklist: namesIn(opts['renderer_blacklist']),
      rendererWhitelist: namesIn(opts['renderer_whitelist']),
      context: context.names({ ...slsContext(file.name, scope.sls), tplpath: file.source.path }),
      calls: templateCalls({ ...scope, options: opts, services, log }),
      options: opts,
      run,
      saltenv: scope.saltenv,
      sls: scope.sls,
      files: {
        read: async (path) => {
          const text = readIncluded(path, scope)
          if (text !== undefined) context.add(staticReads(text))
          return text
        },
      },
      limits,
      ...(scope.signal === undefined ? {} : { signal: scope.signal }),
    }
    try {
      return (await pipe.render(request)).data
    } finally {
      context.note()
    }
  }

  #readsOf(source: SlsSource): StaticReads {
    const known = this.#staticReads.get(source) ?? staticReads(source.text)
    this.#staticReads.set(source, known)
    return known
  }

  #rendering(): Promise<Rendering> {
    this.#pipe ??= loadRendering(this.#options.modules)
    return this.#pipe
  }
}

/** A failure that took this long may be one of the time it was given, and is tried again. */
const slowMs = 500

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

interface Rendering {
  readonly pipe: RenderPipe
  readonly slsContext: typeof import('@halite/rendering').slsContext
}

/** Loaded with the first template: a tool that meets none does without it. */
async function loadRendering(modules: SlsRendererOptions['modules']): Promise<Rendering> {
  const { RenderPipe, TemplateEngine, slsContext } = await import('@halite/rendering')
  const find = async (name: string) => (await modules?.())?.object('renderers', name)
  return { pipe: new RenderPipe(new TemplateEngine(), { find }), slsContext }
}

/** Whether Jinja has something to do in a file: by default, or since its first line says so. */
function isTemplate(text: string): boolean {
  const first = /^#!(?!\/)(.*)/.exec(text)?.[1]
  const isJinja = first === undefined || first.split('|').some((part) => /^\s*jinja(?:\s|$)/.test(part))
  return isJinja && /\{[{%#]/.test(text)
}

function withSize(value: unknown): Content {
  return { value, size: sizeOf(value) }
}

/** Whatever stands in the way of a file is told without the place of the roots, which the message may show to minions. */
function readIncluded(path: string, { files, seen }: SlsScope): string | undefined {
  try {
    return files.read(path, seen)
  } catch (error) {
    if (!isSaltError(error)) throw error
    const why = error.code === 'PATH_UNSAFE' ? 'it is a symbolic link, or no plain file' : error.code
    throw new SaltError('VALUE_OPERATION', `${path} is refused: ${why}`, { cause: error })
  }
}

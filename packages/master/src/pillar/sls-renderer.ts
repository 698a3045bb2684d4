// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isSaltError, parseYaml, SaltError } from '@halite/core'
import type { PipeRequest, RenderLimits, RenderPipe } from '@halite/rendering'
import type { Facts } from '@halite/targeting'
import { type Size, sizeOf } from './size.ts'
import type { Seen, SlsFile, SlsFiles, SlsSource } from './sls-files.ts'
import { templateCalls } from './template-calls.ts'

/** The data of a file. */
export interface Content {
  readonly value: unknown
  readonly size: Size
}

/** Where and for which minion a file is rendered. */
export interface SlsScope {
  readonly id: string
  /** What the minion says of itself. */
  readonly grains: Facts
  readonly pillarenv: string | undefined
  readonly saltenv: string
  /** Empty for a top file. */
  readonly sls: string
  /** What templates include and import comes from here. */
  readonly files: SlsFiles
  readonly seen: Seen
  /** Names that an `include` hands to the file. */
  readonly defaults?: DataMap | undefined
}

type Outcome = Content | { readonly error: unknown }

/** Pillar is rendered on the loop of the master: a template that needs more than this is not one that people write. */
const limits: Partial<RenderLimits> = {
  maxSteps: 200_000,
  maxDepth: 50,
  maxVolume: 32 * 1024 * 1024,
  maxOutput: 1024 * 1024,
  maxMs: 2000,
}

/**
 * Files to data. One that holds no template is read once for all minions; a template is rendered for each, since it may
 * ask for any grain. Templates are rendered one at a time, and other work of the master comes between them.
 */
export class SlsRenderer {
  /** What templates see as `opts`. */
  readonly #opts: Readonly<Record<string, unknown>>
  readonly #contents = new WeakMap<SlsSource, Outcome>()
  #pipe: Promise<Rendering> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(opts: Readonly<Record<string, unknown>> = {}) {
    this.#opts = opts
  }

  /**
   * Rejects with `YAML_INVALID`, `JSON_INVALID`, `TEMPLATE_FAILED`, `RENDERER_UNKNOWN`, `VALUE_TOO_LARGE` or
   * `VALUE_TOO_DEEP`; the name of the file is in `data.file`.
   */
  async render(file: SlsFile, scope: SlsScope): Promise<Content> {
    try {
      if (isTemplate(file.source.text)) return await this.#inTurn(() => this.#renderTemplate(file, scope))
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

  /** A file whose data is the same for every minion. */
  async #renderData(file: SlsFile, scope: SlsScope): Promise<Outcome> {
    const { text, path } = file.source
    try {
      return withSize(text.startsWith('#!') ? await this.#piped(file, scope) : parseYaml(text, path))
    } catch (error) {
      return { error }
    }
  }

  async #renderTemplate(file: SlsFile, scope: SlsScope): Promise<Content> {
    try {
      return withSize(await this.#piped(file, scope))
    } catch (error) {
      if (!isSaltError(error) || error.data?.['template'] !== undefined) throw error
      const { code, message, data } = error
      throw new SaltError(code, message, { cause: error, data: { ...data, isRendered: true } })
    }
  }

  async #piped(file: SlsFile, scope: SlsScope): Promise<unknown> {
    this.#pipe ??= loadRendering()
    const { pipe, slsContext } = await this.#pipe
    const request: PipeRequest = {
      name: file.name,
      text: file.source.text,
      context: { ...this.#context(scope), ...slsContext(file.name, scope.sls), tplpath: file.source.path },
      calls: templateCalls(scope),
      files: { read: (path) => readIncluded(path, scope) },
      limits,
    }
    return (await pipe.render(request)).data
  }

  #context({ id, grains, pillarenv, saltenv, sls, defaults }: SlsScope): Record<string, unknown> {
    return {
      ...(defaults as Readonly<Record<string, unknown>> | undefined),
      opts: { ...this.#opts, id, grains, saltenv, pillarenv: pillarenv ?? null },
      grains,
      pillar: {},
      saltenv,
      pillarenv: pillarenv ?? null,
      sls,
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(nextRound).then(work)
    this.#last = turn.catch(() => undefined)
    return await turn
  }
}

interface Rendering {
  readonly pipe: RenderPipe
  readonly slsContext: typeof import('@halite/rendering').slsContext
}

/** Loaded with the first template: a tool that meets none does without it. */
async function loadRendering(): Promise<Rendering> {
  const { RenderPipe, TemplateEngine, slsContext } = await import('@halite/rendering')
  return { pipe: new RenderPipe(new TemplateEngine()), slsContext }
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
async function readIncluded(path: string, { files, seen }: SlsScope): Promise<string | undefined> {
  try {
    return await files.read(path, seen)
  } catch (error) {
    if (!isSaltError(error)) throw error
    const why = error.code === 'PATH_UNSAFE' ? 'it is a symbolic link, or no plain file' : error.code
    throw new SaltError('VALUE_OPERATION', `${path} is refused: ${why}`, { cause: error })
  }
}

/** Lets what waits on the loop come first. */
function nextRound(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

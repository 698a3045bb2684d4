// SPDX-License-Identifier: Apache-2.0
import { isSaltError, SaltError } from '@halite/core'
import type { ExecContext, Renderer, RenderScope } from '@halite/loader'
import type { TemplateEngine, TemplateRequest } from '../jinja/engine.ts'
import { pureRenderers } from '../renderers/index.ts'
import { replacementOf } from './refused.ts'

/** One file to render: its text, and what its templates work with. */
export interface PipeRequest extends TemplateRequest {
  /** Default `base`. */
  readonly saltenv?: string
  /** Dotted name of the sls; empty for other files. */
  readonly sls?: string
  /** Renderers of a file that names none; default `jinja|yaml`. */
  readonly renderer?: string
  readonly rendererBlacklist?: readonly string[]
  /** Where it is not empty, no other renderer runs. */
  readonly rendererWhitelist?: readonly string[]
  /** What renderers may use of the minion; absent where a file is rendered for another machine. */
  readonly ctx?: ExecContext
  /** For renderers that read options, such as `gpg`. */
  readonly options?: RenderScope['options']
  /** For renderers that run programs; default those of `ctx`. */
  readonly run?: RenderScope['run']
}

/** A value, not a file, that renderers are applied to. */
export interface ValueRequest extends Omit<PipeRequest, 'text'> {
  readonly renderer: string
}

/** What a pipe gives: data, or text where no renderer made data of it. */
export interface PipeResult {
  readonly data: unknown
  /** Line of each key at the top of the rendered text, counted from 1; empty for other data. */
  readonly lines: ReadonlyMap<string, number>
}

/** Where renderers are found that are not among the pure ones. */
export interface RenderPipeOptions {
  /** The renderer of a name; undefined when there is none. */
  readonly find?: (name: string) => Promise<Renderer | undefined>
  /** Names of those that `find` knows, for messages. */
  readonly names?: () => readonly string[]
}

/** A renderer as a pipe names it, with what stands behind its name. */
interface Step {
  readonly name: string
  readonly argument: string
}

const noLines: ReadonlyMap<string, number> = new Map()

/**
 * Renders files through the renderers that their first line names (`#!jinja|yaml`), or the default ones. Rejects with
 * `TEMPLATE_FAILED`, `YAML_INVALID` or `JSON_INVALID`; with `RENDERER_UNKNOWN` for a renderer that is not there or not
 * allowed.
 */
export class RenderPipe {
  readonly #engine: TemplateEngine
  readonly #options: RenderPipeOptions

  constructor(engine: TemplateEngine, options: RenderPipeOptions = {}) {
    this.#engine = engine
    this.#options = options
  }

  async render(request: PipeRequest): Promise<PipeResult> {
    if (request.text.trim() === '') return { data: {}, lines: noLines }
    const { steps, text } = stepsOf(request.text, request.renderer ?? 'jinja|yaml')
    return this.#run(steps, text, request)
  }

  /**
   * Runs a value through the renderers of the request. Its first line never names others, as that of a file does: a value may
   * come from somebody who must not run code here. Rejects as `render`.
   */
  async apply(value: unknown, request: ValueRequest): Promise<unknown> {
    return (await this.#run(stepsIn(request.renderer), value, { ...request, text: '' })).data
  }

  async #run(steps: readonly Step[], input: unknown, request: PipeRequest): Promise<PipeResult> {
    let result: PipeResult = { data: input, lines: noLines }
    for (const step of steps) {
      const renderer = await this.#renderer(step.name, request)
      const lines: ReadonlyMap<string, number>[] = []
      const scope = this.#scope(request, step, (found) => lines.push(found))
      const data = await this.#rendered(renderer, result.data, { scope, isRendered: result.data !== input })
      result = { data, lines: lines.at(-1) ?? result.lines }
    }
    return result
  }

  /** A place in text that a renderer before has made is not one in the file: such an error has `data.isRendered`. */
  async #rendered(
    renderer: Renderer,
    input: unknown,
    { scope, isRendered }: { readonly scope: RenderScope; readonly isRendered: boolean },
  ): Promise<unknown> {
    try {
      return await renderer.render(input, scope)
    } catch (error) {
      if (!isRendered || !isSaltError(error) || error.data?.['line'] === undefined) throw error
      const { code, message, hint, data } = error
      const placed = { ...data, isRendered }
      throw new SaltError(code, message, { cause: error, ...(hint !== undefined && { hint }), data: placed })
    }
  }

  #scope(request: PipeRequest, { argument }: Step, keysAt: RenderScope['keysAt']): RenderScope {
    const { name, saltenv = 'base', sls = '', context, ctx, signal, run = ctx?.run } = request
    const options = request.options ?? ctx?.options ?? {}
    const template = (text: string) => this.#engine.render({ ...request, text })
    return { name, saltenv, sls, argument, options, run, context, ctx, signal, template, keysAt }
  }

  async #renderer(name: string, request: PipeRequest): Promise<Renderer> {
    const { rendererBlacklist = [], rendererWhitelist = [] } = request
    const isAllowed = rendererWhitelist.length === 0 || rendererWhitelist.includes(name)
    if (!isAllowed || rendererBlacklist.includes(name)) {
      throw unknownRenderer(request, name, 'renderer_whitelist or renderer_blacklist forbids it')
    }
    const renderer = (await this.#options.find?.(name)) ?? pureRenderers.get(name)
    if (renderer !== undefined) return renderer
    const known = new Set([...pureRenderers.keys(), ...(this.#options.names?.() ?? [])])
    throw unknownRenderer(request, name, replacementOf(name) ?? `known are ${[...known].sort().join(', ')}`)
  }
}

/** The names of the first line, which is then empty so that lines keep their numbers. */
function stepsOf(text: string, fallback: string): { readonly steps: readonly Step[]; readonly text: string } {
  const first = text.split('\n', 1)[0] ?? ''
  const isShebang = first.startsWith('#!') && !first.startsWith('#!/')
  const steps = stepsIn(isShebang ? first.slice(2) : fallback)
  return { steps, text: isShebang ? text.slice(first.length) : text }
}

/** `jinja|yaml`, each with its argument. */
function stepsIn(pipe: string): readonly Step[] {
  const parts = oldNames.get(pipe.trim()) ?? pipe.split('|')
  return parts.map((part) => {
    const [name = '', ...words] = part.trim().split(/\s+/)
    return { name, argument: words.join(' ') }
  })
}

/** Names of whole pipes that Salt still knows. */
const oldNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['yaml_jinja', ['jinja', 'yaml']],
  ['json_jinja', ['jinja', 'json']],
])

function unknownRenderer(request: PipeRequest, name: string, reason: string): SaltError {
  return new SaltError(
    'RENDERER_UNKNOWN',
    `${request.name}: the renderer '${name}' cannot be used: ${reason}`,
    {
      hint: 'Correct the first line of the file, or the option `renderer`.',
    },
  )
}

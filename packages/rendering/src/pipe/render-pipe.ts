// SPDX-License-Identifier: Apache-2.0
import { loadJson, parseYamlDocument, SaltError } from '@halite/core'
import type { TemplateEngine, TemplateRequest } from '../jinja/engine.ts'

/** One file to render: its text, and what its templates work with. */
export interface PipeRequest extends TemplateRequest {
  /** Renderers of a file that names none; default `jinja|yaml`. */
  readonly renderer?: string
  readonly rendererBlacklist?: readonly string[]
  /** Where it is not empty, no other renderer runs. */
  readonly rendererWhitelist?: readonly string[]
}

/** What a pipe gives: data, or text where no renderer made data of it. */
export interface PipeResult {
  readonly data: unknown
  /** Line of each key at the top of the rendered text, counted from 1; empty for other data. */
  readonly lines: ReadonlyMap<string, number>
}

type Stage = (text: string, request: PipeRequest) => Promise<PipeResult> | PipeResult

const noLines: ReadonlyMap<string, number> = new Map()

/** Why renderers of Salt's that run Python, or text made for it, are not here. */
const refused: ReadonlyMap<string, string> = new Map(
  ['py', 'pydsl', 'pyobjects', 'mako', 'wempy', 'genshi', 'cheetah', 'stateconf'].map((name) => [
    name,
    'it needs Python; write the file with `#!jinja|yaml`',
  ]),
)

/**
 * Renders files through the renderers that their first line names (`#!jinja|yaml`), or the default ones. Rejects with
 * `TEMPLATE_FAILED`, `YAML_INVALID` or `JSON_INVALID`; with `RENDERER_UNKNOWN` for a renderer that is not there or not
 * allowed.
 */
export class RenderPipe {
  readonly #stages: ReadonlyMap<string, Stage>

  constructor(engine: TemplateEngine) {
    this.#stages = new Map<string, Stage>([
      [
        'jinja',
        async (text, request) => ({ data: await engine.render({ ...request, text }), lines: noLines }),
      ],
      ['yaml', yamlStage],
      ['json', (text) => ({ data: loadJson(text), lines: noLines })],
      ['text', (text) => ({ data: text, lines: noLines })],
    ])
  }

  async render(request: PipeRequest): Promise<PipeResult> {
    if (request.text.trim() === '') return { data: {}, lines: noLines }
    const { names, text } = renderersOf(request.text, request.renderer ?? 'jinja|yaml')
    let result: PipeResult = { data: text, lines: noLines }
    for (const name of names) {
      const stage = this.#stage(name, request)
      if (typeof result.data !== 'string') {
        throw unknownRenderer(request, name, 'it stands behind one that gave data, not text')
      }
      result = await stage(result.data, request)
    }
    return result
  }

  #stage(name: string, request: PipeRequest): Stage {
    const { rendererBlacklist = [], rendererWhitelist = [] } = request
    const isAllowed = rendererWhitelist.length === 0 || rendererWhitelist.includes(name)
    if (!isAllowed || rendererBlacklist.includes(name)) {
      throw unknownRenderer(request, name, 'renderer_whitelist or renderer_blacklist forbids it')
    }
    const stage = this.#stages.get(name)
    if (stage !== undefined) return stage
    throw unknownRenderer(
      request,
      name,
      refused.get(name) ?? `known are ${[...this.#stages.keys()].join(', ')}`,
    )
  }
}

/** The names of the first line, which is then empty so that lines keep their numbers. Words behind a name are options. */
function renderersOf(
  text: string,
  fallback: string,
): { readonly names: readonly string[]; readonly text: string } {
  const first = text.split('\n', 1)[0] ?? ''
  const isShebang = first.startsWith('#!') && !first.startsWith('#!/')
  const pipe = isShebang ? first.slice(2) : fallback
  const names = pipe.split('|').map((part) => part.trim().split(/\s/)[0] ?? '')
  return { names, text: isShebang ? text.slice(first.length) : text }
}

/** An empty document is an empty map, as for Salt. */
function yamlStage(text: string, { name }: PipeRequest): PipeResult {
  const { value, lines } = parseYamlDocument(text, name)
  return { data: value || {}, lines }
}

function unknownRenderer(request: PipeRequest, name: string, reason: string): SaltError {
  return new SaltError(
    'RENDERER_UNKNOWN',
    `${request.name}: the renderer '${name}' cannot be used: ${reason}`,
    {
      hint: 'Correct the first line of the file, or the option `renderer`.',
    },
  )
}

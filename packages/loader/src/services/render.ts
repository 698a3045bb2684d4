// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { type Made, made, type Scope } from './service.ts'

/** What files and texts that are rendered have in common. */
export interface RenderSource {
  readonly text: string
  /** Its path below the file roots, or how messages name what has none. */
  readonly name: string
  /** Environment of what it includes; default that of the minion. */
  readonly saltenv?: string | undefined
  /** Names it sees beside `salt`, `grains`, `pillar`, `opts` and those of its place; they win over them. */
  readonly context?: Readonly<Record<string, unknown>> | undefined
  /** The local copy: what `tplpath` shows. */
  readonly path?: string | undefined
}

/** A file that becomes data. */
export interface DataSource extends RenderSource {
  /** Dotted name of an sls; empty for other files. */
  readonly sls?: string
  /** Renderers of a file that names none; default the option `renderer`. */
  readonly renderer?: string | undefined
}

/** A template that becomes text. */
export interface TextSource extends RenderSource {
  /** The engine, as `template=` names it; default jinja. */
  readonly template?: string | undefined
}

/** What a file gave. */
export interface RenderedData {
  /** Text where no renderer made data of it. */
  readonly data: unknown
  /** Line of each key at the top of the rendered text, counted from 1; empty for other data. */
  readonly lines: ReadonlyMap<string, number>
}

/**
 * Templates and sls files, with the functions, grains, pillar and files of the minion. Rejects with `TEMPLATE_FAILED`,
 * `YAML_INVALID` or `JSON_INVALID`, which show the place, and with `RENDERER_UNKNOWN`.
 */
export interface RenderContext {
  /** A file through the renderers that its first line names. */
  data(source: DataSource): Promise<RenderedData>
  /** The text of a template. */
  text(source: TextSource): Promise<string>
  /**
   * A value through renderers that it does not name itself, such as `gpg`. `name` is for messages. What the texts of the value
   * begin with names no other renderers.
   */
  value(value: unknown, source: { readonly renderer: string; readonly name: string }): Promise<unknown>
}

/** Makes the service for one context; its package is loaded with the first template. */
export type RenderMaker = (scope: Scope) => RenderContext

/** The service `render`. */
export const renderService: Made<RenderContext> = made<RenderContext>((scope) => {
  let rendering: Promise<RenderContext> | undefined
  const late = (): Promise<RenderContext> => {
    rendering ??= loadRendering(scope)
    return rendering
  }
  return {
    data: async (source) => (await late()).data(source),
    text: async (source) => (await late()).text(source),
    value: async (value, source) => (await late()).value(value, source),
  }
})

async function loadRendering(scope: Scope): Promise<RenderContext> {
  const make = await scope.registry.renderMaker()
  // What the manifest brings under this name is one.
  if (make !== undefined) return (make as RenderMaker)(scope)
  throw new SaltError(
    'RENDERER_UNKNOWN',
    'templates cannot be rendered here: no manifest brings what renders them',
  )
}

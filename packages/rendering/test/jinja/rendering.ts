// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import { TemplateEngine, type TemplateEngineOptions, type TemplateRequest } from '@halite/rendering'

/** Functions by name, as a template calls them through `salt`. */
export type SaltFunctionsOf = Readonly<Record<string, (...args: never[]) => unknown>>

export interface RenderOptions extends Partial<Omit<TemplateRequest, 'files' | 'calls' | 'text'>> {
  /** Templates that others include, by path. */
  readonly files?: Readonly<Record<string, string>>
  readonly functions?: SaltFunctionsOf
  readonly engine?: TemplateEngineOptions
}

/** The text of a template. Rejects as the engine does. */
export function render(text: string, options: RenderOptions = {}): Promise<string> {
  const { files = {}, functions = {}, engine, ...request } = options
  return new TemplateEngine(engine).render({
    name: 'test.sls',
    context: {},
    ...request,
    text,
    files: { read: async (path) => (Object.hasOwn(files, path) ? files[path] : undefined) },
    calls: {
      has: (name) => Object.hasOwn(functions, name),
      call: (name, args) => functions[name]?.(...(args as never[])),
    },
  })
}

/** The message with which a template fails. Throws when it does not. */
export async function failure(text: string, options: RenderOptions = {}): Promise<string> {
  try {
    const result = await render(text, options)
    throw new Error(`rendered: ${result}`)
  } catch (error) {
    if (isSaltError(error, 'TEMPLATE_FAILED')) return error.message
    throw error
  }
}

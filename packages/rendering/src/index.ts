// SPDX-License-Identifier: Apache-2.0

/**
 * From the text of an sls file to data: the template engine and the render pipe. Pure: files, functions and the host are
 * handed in, and a template reaches nothing else.
 */
export {
  TemplateEngine,
  type TemplateEngineOptions,
  type TemplateFiles,
  type TemplateRequest,
} from './jinja/engine.ts'
export type { TemplateHost } from './jinja/filters/salt/host.ts'
export { type WrapOptions, wrapText } from './jinja/format/wrap.ts'
export type { SaltCalls } from './jinja/globals/salt.ts'
export { Importer } from './jinja/runtime/convert.ts'
export { defaultLimits, type RenderLimits } from './jinja/runtime/limits.ts'
export { defaultSyntax, type SyntaxOptions, syntaxFrom } from './jinja/syntax/options.ts'
export {
  type PipeRequest,
  type PipeResult,
  RenderPipe,
  type RenderPipeOptions,
  type ValueRequest,
} from './pipe/render-pipe.ts'
export { type SlsContext, slsContext } from './pipe/sls-context.ts'

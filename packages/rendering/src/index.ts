// SPDX-License-Identifier: Apache-2.0

export {
  TemplateEngine,
  type TemplateEngineOptions,
  type TemplateFiles,
  type TemplateRequest,
} from './jinja/engine.ts'
/** From sls text to data: the template engine and the render pipe. */
export type { TemplateHost } from './jinja/filters/salt/host.ts'
export type { SaltCalls } from './jinja/globals/salt.ts'
export { Importer } from './jinja/runtime/convert.ts'
export { defaultLimits, type RenderLimits } from './jinja/runtime/limits.ts'
export { defaultSyntax, type SyntaxOptions, syntaxFrom } from './jinja/syntax/options.ts'

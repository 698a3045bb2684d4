// SPDX-License-Identifier: Apache-2.0
import { createHash, randomInt } from 'node:crypto'
import { posix } from 'node:path'
import { type CompiledTemplate, compile } from './compiler/compile.ts'
import { filters } from './filters/index.ts'
import type { TemplateHost } from './filters/salt/host.ts'
import { globals } from './globals/index.ts'
import { type SaltCalls, SaltFunctions } from './globals/salt.ts'
import { renderError } from './render-error.ts'
import type { BaseNames } from './runtime/context.ts'
import { Importer } from './runtime/convert.ts'
import { defaultLimits, type RenderLimits } from './runtime/limits.ts'
import { Runtime } from './runtime/runtime.ts'
import { defaultSyntax, type SyntaxOptions } from './syntax/options.ts'
import { Source } from './syntax/source.ts'
import { TemplateSyntaxError } from './syntax/syntax-error.ts'
import { tests } from './tests/index.ts'

/** Where `include`, `import` and `extends` find templates. */
export interface TemplateFiles {
  /** The text of a file by its path below the roots of the environment; undefined when there is none. */
  read(path: string): Promise<string | undefined>
}

/** One rendering: a template and what it works with. */
export interface TemplateRequest {
  /** How messages name the template. */
  readonly name: string
  readonly text: string
  /** Names that the template sees, as data; `salt` comes from `calls`. */
  readonly context: Readonly<Record<string, unknown>>
  readonly calls?: SaltCalls
  readonly files?: TemplateFiles
  readonly host?: TemplateHost
  readonly syntax?: SyntaxOptions
  /** Whether undefined names print as nothing, as with Salt's `allow_undefined`. */
  readonly allowUndefined?: boolean
  readonly limits?: Partial<RenderLimits>
  /**
   * Shares data that templates change among several renderings of one run: without it each rendering has its own copy of
   * the context.
   */
  readonly importer?: Importer
  readonly signal?: AbortSignal
  /** Called with the time that each `profile` block took. */
  readonly onProfile?: (label: string, ms: number) => void
}

export interface TemplateEngineOptions {
  /** How many compiled templates are kept; default 1000. */
  readonly cacheSize?: number
  /** Milliseconds that only go forward, for limits and profiles. */
  readonly now?: () => number
  /** Milliseconds since 1970, for dates. */
  readonly wallClock?: () => number
}

/** Renders templates. Compiled ones are kept by their content, for all who share the engine. */
export class TemplateEngine {
  readonly #cache = new Map<string, CompiledTemplate>()
  readonly #cacheSize: number
  readonly #now: () => number
  readonly #wallClock: () => number

  constructor(options: TemplateEngineOptions = {}) {
    this.#cacheSize = options.cacheSize ?? 1000
    this.#now = options.now ?? (() => performance.now())
    this.#wallClock = options.wallClock ?? (() => Date.now())
  }

  /**
   * The text that a template gives. Rejects with `TEMPLATE_FAILED`, whose first line is Salt's message and whose rest
   * shows the place; with the reason of `signal` when that aborts.
   */
  async render(request: TemplateRequest): Promise<string> {
    const source = new Source(request.name, request.text)
    let runtime: Runtime | undefined
    try {
      const template = this.#compiled(source, request.syntax ?? defaultSyntax)
      runtime = this.#runtime(request, template.source)
      const ctx = runtime.contextOf(template)
      runtime.root = ctx
      const text = await template.root(runtime, ctx)
      runtime.budget.output(text.length)
      // The lexer drops the last line break, Salt puts it back.
      return request.text.endsWith('\n') && !request.syntax?.keepTrailingNewline ? `${text}\n` : text
    } catch (error) {
      throw renderError(error, source, runtime?.frames ?? [])
    }
  }

  #runtime(request: TemplateRequest, main: Source): Runtime {
    const importer = request.importer ?? new Importer()
    const base = baseNames(request, importer)
    const syntax = request.syntax ?? defaultSyntax
    return new Runtime(
      {
        limits: { ...defaultLimits, ...request.limits },
        strictness: request.allowUndefined ? 'lenient' : 'strict',
        base,
        importer,
        now: this.#now,
        wallClock: this.#wallClock,
        random: (limit) => randomInt(limit),
        host: request.host,
        filters,
        tests,
        signal: request.signal,
        profiled: request.onProfile ?? (() => undefined),
        load: async (name, from) => {
          const path = pathOf(name, from === main ? directoryOf(request) : posix.dirname(from.name))
          const text = path === undefined ? undefined : await request.files?.read(path)
          if (path === undefined || text === undefined) return undefined
          return { template: this.#compiled(new Source(path, text), syntax), base: importedNames(base, path) }
        },
      },
      main,
    )
  }

  /** Keyed by the text as well as the name, which messages need. */
  #compiled(source: Source, syntax: SyntaxOptions): CompiledTemplate {
    const key = createHash('sha256')
      .update(`${source.name}\0${JSON.stringify(syntax)}\0`)
      .update(source.text)
      .digest('base64')
    const known = this.#cache.get(key)
    if (known !== undefined) {
      this.#cache.delete(key)
      this.#cache.set(key, known)
      return known
    }
    const template = compileIn(source, syntax)
    this.#cache.set(key, template)
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= this.#cacheSize) break
      this.#cache.delete(oldest)
    }
    return template
  }
}

/** Compiles; an error knows which of several templates it is about. */
function compileIn(source: Source, syntax: SyntaxOptions): CompiledTemplate {
  try {
    return compile(source, syntax, { filters, tests })
  } catch (error) {
    if (error instanceof TemplateSyntaxError) error.source ??= source
    throw error
  }
}

/** The context first, then the globals. Data is brought in when it is asked for. */
function baseNames(request: TemplateRequest, importer: Importer): BaseNames {
  const { context, calls } = request
  const salt = calls === undefined ? undefined : new SaltFunctions(calls)
  return {
    get(name) {
      if (name === 'salt' && salt !== undefined) return salt
      if (Object.hasOwn(context, name)) return importer.import(context[name])
      return globals.get(name)
    },
    names: () => [...(salt === undefined ? [] : ['salt']), ...Object.keys(context)],
  }
}

/** What an imported template sees: the same, with its own place. */
function importedNames(base: BaseNames, path: string): BaseNames {
  const directory = posix.dirname(path)
  const own = new Map<string, unknown>([
    ['tplfile', path],
    ['tpldir', directory],
    ['tpldot', directory === '.' ? '' : directory.replaceAll('/', '.')],
  ])
  return {
    get: (name) => own.get(name) ?? base.get(name),
    names: () => new Set([...base.names(), ...own.keys()]),
  }
}

function directoryOf({ context, name }: TemplateRequest): string {
  const { tpldir } = context
  return typeof tpldir === 'string' ? tpldir : posix.dirname(name)
}

/** A path below the roots: as written, or relative to the template that asks. Undefined when it would leave them. */
function pathOf(name: string, directory: string): string | undefined {
  const written = name.replace(/^salt:\/\//, '')
  const isRelative = /^\.\.?(?:\/|$)/.test(written)
  const path = posix.normalize(isRelative ? posix.join(directory, written) : written.replace(/^\/+/, ''))
  const leaves = path === '..' || path.startsWith('../') || path.includes('\0')
  return leaves || path === '.' || path.startsWith('/') ? undefined : path
}

// SPDX-License-Identifier: Apache-2.0
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isRecord, messageOf, SaltError } from '@halite/core'
import { type AnyFn, moduleProblem } from '../check-module.ts'
import type { KindObjects, ModuleKind } from '../kinds.ts'
import { runLate } from '../run-late.ts'
import type { SiteApi } from './api.ts'

/** A site module: where its author finds it, and the copy that is imported. */
export interface SiteModule {
  readonly kind: ModuleKind
  /** File name without its ending. */
  readonly file: string
  /** The file its author edits, absolute: messages name it. */
  readonly path: string
  /** Where the copy of its directory lies, absolute. */
  readonly snapshot: string
  /** Relative to `snapshot`, with `/`. */
  readonly copy: string
}

/**
 * Imports a site module, calls its factory with `api` and checks what that gives. None of its functions is inline, whatever
 * they say. To be called in a process that may be lost: a module can end, block or fill it. Rejects with `MODULE_INVALID`,
 * which names the author's file and the rule.
 */
export async function loadSiteModule<K extends ModuleKind>(
  module: SiteModule & { readonly kind: K },
  api: SiteApi,
): Promise<KindObjects[K]> {
  const factory = await importFactory(module)
  let made: unknown
  try {
    made = await factory(api)
  } catch (cause) {
    throw siteProblem(module, `its factory fails: ${messageOf(cause)}`, cause)
  }
  const problem = moduleProblem(module.kind, made)
  if (problem !== undefined) throw siteProblem(module, problem)
  // The rules of the kind hold: that is what the type says.
  return withoutInline(made as KindObjects[K])
}

/** The error of a site module that breaks a rule; `data.problem` is the rule alone. */
export function siteProblem(module: SiteModule, problem: string, cause?: unknown): SaltError {
  return new SaltError('MODULE_INVALID', `module ${module.path}: ${problem}`, { cause, data: { problem } })
}

async function importFactory(module: SiteModule): Promise<(api: SiteApi) => unknown> {
  let exported: { readonly default?: unknown }
  try {
    exported = await import(/* @vite-ignore */ pathToFileURL(join(module.snapshot, module.copy)).href)
  } catch (cause) {
    throw siteProblem(module, await importProblem(module, cause), cause)
  }
  const { default: factory } = exported
  if (typeof factory !== 'function') {
    throw siteProblem(module, 'its default export must be a factory: export default ({ defineModule }) => …')
  }
  // What it takes and gives is its author's word; what it gives is checked.
  return factory as (api: SiteApi) => unknown
}

async function importProblem(module: SiteModule, error: unknown): Promise<string> {
  const [, wanted] = /^Cannot find (?:package|module) '([^']+)'/.exec(messageOf(error)) ?? []
  if (wanted !== undefined) {
    const name = wanted.startsWith('/') ? nameIn(module, wanted) : wanted
    return `cannot import '${name}': it may import node: modules and files of its own directory`
  }
  const line = error instanceof SyntaxError ? await lineOfSyntaxError(module) : undefined
  return `cannot be imported: ${messageOf(error)}${line === undefined ? '' : ` (line ${line})`}`
}

/** The error of a failed import does not say where; Node does when it only checks the file. Undefined for another file. */
async function lineOfSyntaxError({ snapshot, copy }: SiteModule): Promise<string | undefined> {
  const { stderr } = await runLate([process.execPath, '--check', join(snapshot, copy)], { timeoutMs: 5000 })
  const [, line] = /^(?:file:)?\S+:(\d+)$/m.exec(stderr.toString('utf8')) ?? []
  return line
}

function nameIn({ snapshot }: SiteModule, path: string): string {
  return relative(snapshot, path).replaceAll('\\', '/')
}

function withoutInline<T extends object>(made: T): T {
  const functions: unknown = 'functions' in made ? made.functions : undefined
  if (!isRecord(functions)) return made
  const own = Object.entries(functions).map(([name, fn]) => [name, { ...(fn as AnyFn), inline: false }])
  return { ...made, functions: Object.fromEntries(own) }
}

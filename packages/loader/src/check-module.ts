// SPDX-License-Identifier: Apache-2.0
import { isRecord, SaltError } from '@halite/core'
import type { Args } from './arguments.ts'
import type { Fn, Grain, Module, Outputter } from './define.ts'
import type { ModuleKind } from './manifest.ts'

/** A function of any arguments, context and result. */
// biome-ignore lint/suspicious/noExplicitAny: see Module
export type AnyFn = Fn<any, any, any>

/** What a file of each kind exports. */
export interface KindObjects {
  readonly execution: Module
  readonly runners: Module
  readonly wheel: Module
  readonly grains: Grain
  readonly outputters: Outputter
  readonly returners: { readonly name: string; readonly doc: string }
}

/**
 * Passes what a module file exports through the gate of its kind: whatever lies behind it can be called without further
 * checks. Throws `MODULE_INVALID`, which names the file and the rule.
 */
export function checkModule<K extends ModuleKind>(kind: K, file: string, exported: unknown): KindObjects[K] {
  const problem = moduleProblem(kind, exported)
  // The rules of the kind hold: that is what the type says.
  if (problem === undefined) return exported as KindObjects[K]
  throw new SaltError('MODULE_INVALID', `module ${kind}/${file}: ${problem}`)
}

/** The rule of its kind that an object breaks, in words; undefined when it keeps all of them. */
export function moduleProblem(kind: ModuleKind, exported: unknown): string | undefined {
  if (!isRecord(exported)) return 'its default export must be an object'
  if (!isText(exported['name'])) return 'name must be text'
  if (typeof exported['doc'] !== 'string') return 'doc must be text'
  return kindRules[kind](exported)
}

type Rule = (module: Readonly<Record<string, unknown>>) => string | undefined

const kindRules: Readonly<Record<ModuleKind, Rule>> = {
  execution: functionsProblem,
  runners: functionsProblem,
  wheel: functionsProblem,
  grains: ({ collect, provides }) => {
    if (typeof collect !== 'function') return 'collect must be a function'
    return Array.isArray(provides) && provides.every(isText) ? undefined : 'provides must list the keys'
  },
  outputters: ({ render }) => (typeof render === 'function' ? undefined : 'render must be a function'),
  returners: () => undefined,
}

function functionsProblem({ functions, loadIf, name, virtual }: Readonly<Record<string, unknown>>) {
  if (virtual !== undefined && !isText(virtual)) return 'virtual must be text'
  const called = String(virtual ?? name)
  if (called.includes('.')) return `${called} has a dot, which ends the name of a module`
  if (loadIf !== undefined && typeof loadIf !== 'function') return 'loadIf must be a function'
  if (!isRecord(functions)) return 'functions must be a map'
  return firstProblem(functions, (name, value) => {
    const problem = functionNamePattern.test(name) ? functionProblem(value) : 'is not a function name'
    return problem && `function ${name} ${problem}`
  })
}

const functionNamePattern = /^[A-Za-z][A-Za-z0-9_]*$/

function functionProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be declared with fn()'
  if (typeof value['run'] !== 'function') return 'has no run'
  if (typeof value['doc'] !== 'string') return 'has no doc'
  if (!Array.isArray(value['examples'])) return 'has no list of examples'
  if (!isRecord(value['args'])) return 'has no args'
  return firstProblem(value['args'], argumentProblem) ?? orderProblem(value['args'] as Args)
}

/** An integer-like name would lose its place: JavaScript puts such keys first. */
function argumentProblem(name: string, spec: unknown): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `has an argument that is not a name: ${name}`
  if (!isRecord(spec) || typeof spec['parse'] !== 'function') return `must declare argument ${name} with arg`
  return typeof spec['doc'] === 'string' ? undefined : `has no doc for argument ${name}`
}

function orderProblem(args: Args): string | undefined {
  const order = Object.values(args).map((spec) => {
    if (spec.collect !== undefined) return spec.collect === 'rest' ? 2 : 3
    return spec.required ? 0 : 1
  })
  const ordered = order.every((rank, index) => {
    const before = order[index - 1] ?? 0
    return rank > before || (rank === before && rank < 2)
  })
  return ordered ? undefined : 'must order its args: required, optional, rest, keywords'
}

function firstProblem(
  map: Readonly<Record<string, unknown>>,
  check: (name: string, value: unknown) => string | undefined,
): string | undefined {
  for (const [name, value] of Object.entries(map)) {
    const problem = check(name, value)
    if (problem !== undefined) return problem
  }
  return undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

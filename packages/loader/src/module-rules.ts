// SPDX-License-Identifier: Apache-2.0
import { isRecord } from '@halite/core'
import type { Args } from './arguments.ts'
import { needsProblem } from './needs.ts'

/** A rule for modules: its violation, in words; undefined if the module follows it. */
export type Rule = (module: Readonly<Record<string, unknown>>) => string | undefined

/** The rule of modules with functions. */
export const functionsProblem: Rule = ({ functions, loadIf, name, needs, virtual }) => {
  if (virtual !== undefined && !isText(virtual)) return 'virtual must be text'
  const called = String(virtual ?? name)
  if (called.includes('.')) return `${called} has a dot, which ends the name of a module`
  if (loadIf !== undefined && typeof loadIf !== 'function') return 'loadIf must be a function'
  const condition = needs === undefined ? undefined : needsProblem(needs)
  if (condition !== undefined) return condition
  if (!isRecord(functions)) return 'functions must be a map'
  return firstProblem(functions, (name, value) => {
    const problem = functionNamePattern.test(name) ? functionProblem(value) : 'is not a function name'
    return problem && `function ${name} ${problem}`
  })
}

/** The rule of state modules. */
export const statesProblem: Rule = (module) => {
  const { aggregate, checks, functions, init } = module
  const problem = functionsProblem(module)
  if (problem !== undefined) return problem
  if (aggregate !== undefined && typeof aggregate !== 'function') return 'aggregate must be a function'
  if (init !== undefined && typeof init !== 'function') return 'init must be a function'
  if (checks !== undefined && !Array.isArray(checks)) return 'checks must be a list'
  const nameless = Object.entries(functions as Record<string, { args: Args }>).find(
    ([, fn]) => !fn.args['name'],
  )
  return nameless && `function ${nameless[0]} must be declared with stateFn()`
}

/** The rule of grain modules. */
export const grainProblem: Rule = ({ collect, needs, provides }) => {
  if (typeof collect !== 'function') return 'collect must be a function'
  const condition = needs === undefined ? undefined : needsProblem(needs, ['platform', 'programs', 'options'])
  if (condition !== undefined) return condition
  return Array.isArray(provides) && provides.every(isText) ? undefined : 'provides must list the keys'
}

/** The rule of objects that must have a function of this name. */
export function requiresFunction(name: string): Rule {
  return (module) => (typeof module[name] === 'function' ? undefined : `${name} must be a function`)
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

/** Whether a value is a text that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

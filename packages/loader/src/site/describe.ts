// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ArgSpec, Args } from '../arguments.ts'
import { type AnyFn, moduleProblem } from '../check-module.ts'
import type { KindObjects, ModuleKind } from '../kinds.ts'
import type { DescribedArg, DescribedFunction, ModuleDescription, ModuleFacts } from '../manifest.ts'
import type { Module } from '../module.ts'

/** Describes a module that passed the gate of its kind. A default that is no plain data is left out. */
export function describeModule<K extends ModuleKind>(module: KindObjects[K]): ModuleDescription {
  const facts = factsOf(module)
  if (!('functions' in module)) return { facts, doc: module.doc }
  const functions = Object.entries(module.functions).map(([name, fn]) => [name, describeFunction(fn)])
  return { facts, doc: module.doc, functions: Object.fromEntries(functions) }
}

/**
 * What stands for a described module in a process that must not load it: it can be listed and documented; whatever it
 * is asked to do, it refuses. `declines` stands for its `loadIf`.
 */
export function standInModule(
  { facts, doc, functions }: ModuleDescription,
  declines?: Module['loadIf'],
): object {
  if (functions === undefined) {
    return { ...facts, doc, collect: refuse, render: refuse, compile: refuse, get: refuse, top: refuse }
  }
  const made = Object.entries(functions).map(([name, fn]) => [name, standInFunction(fn)])
  return {
    name: facts.name,
    doc,
    ...(facts.virtual === undefined ? {} : { virtual: facts.virtual }),
    ...(facts.needs === undefined ? {} : { needs: facts.needs }),
    ...(facts.conditional && declines !== undefined ? { loadIf: declines } : {}),
    functions: Object.fromEntries(made),
  }
}

/**
 * Passes what should be a description through the gate of its kind: it comes from a process that runs foreign code.
 * Throws `MODULE_INVALID`.
 */
export function checkDescription(kind: ModuleKind, value: unknown): ModuleDescription {
  // Whatever it is: the stand-in it makes is checked, or cannot be made.
  const description = value as ModuleDescription
  try {
    if (moduleProblem(kind, standInModule(description)) === undefined) return description
  } catch {
    // What is missing or of another type makes no stand-in.
  }
  throw new SaltError('MODULE_INVALID', 'what it says of itself cannot be read')
}

function factsOf(module: KindObjects[ModuleKind]): ModuleFacts {
  const { name, virtual, needs, loadIf, functions, provides, slow } = module as Partial<
    KindObjects['execution'] & KindObjects['grains']
  > & { readonly name: string }
  return {
    name,
    ...(virtual === undefined ? {} : { virtual }),
    ...(needs === undefined ? {} : { needs }),
    ...(loadIf === undefined ? {} : { conditional: true }),
    ...(functions === undefined ? {} : functionFacts(functions)),
    ...(provides === undefined ? {} : { provides: [...provides].sort() }),
    ...(slow === undefined ? {} : { slow }),
  }
}

function functionFacts(functions: Module['functions']): Partial<ModuleFacts> {
  const entries = Object.entries(functions)
  const inline = entries.filter(([, fn]) => fn.inline)
  const reads = entries.flatMap(([name, fn]) => (fn.reads === undefined ? [] : [[name, fn.reads] as const]))
  return {
    functions: Object.keys(functions).sort(),
    ...(inline.length === 0 ? {} : { inline: inline.map(([name]) => name).sort() }),
    ...(reads.length === 0 ? {} : { reads: Object.fromEntries(reads) }),
  }
}

function describeFunction({ doc, examples, args, outputter }: AnyFn): DescribedFunction {
  // Every function of a checked module declares its arguments.
  const specs = Object.entries(args as Args).map(([name, spec]) => [name, describeArg(spec)])
  return {
    doc,
    examples: examples.map(String),
    args: Object.fromEntries(specs),
    ...(outputter === undefined ? {} : { outputter }),
  }
}

function describeArg({ kind, doc, choices, required, collect, fallback }: ArgSpec<unknown>): DescribedArg {
  const plain = plainOf(fallback)
  return {
    kind,
    doc,
    required,
    ...(choices === undefined ? {} : { choices }),
    ...(collect === undefined ? {} : { collect }),
    ...(plain === undefined ? {} : { fallback: plain }),
  }
}

function plainOf(value: unknown): unknown {
  try {
    const text = JSON.stringify(value)
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined // circular, or a number JSON does not have
  }
}

function standInFunction({ args, ...fn }: DescribedFunction): AnyFn {
  const specs = Object.entries(args).map(([key, spec]) => [key, { ...spec, parse: same }])
  return {
    ...fn,
    args: Object.fromEntries(specs),
    inline: false,
    run: refuse,
  }
}

function refuse(): never {
  throw new Error('this module is known by its description alone; executors have it')
}

function same(value: unknown): unknown {
  return value
}

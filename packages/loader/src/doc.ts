// SPDX-License-Identifier: Apache-2.0
import { pythonRepr } from '@halite/core'
import type { ArgSpec } from './arguments.ts'

/** An argument as far as it is documented. */
type DocumentedArg = Omit<ArgSpec<unknown>, 'parse'>

/** The part of a function that its documentation is made of. */
export interface Documented {
  readonly doc: string
  readonly examples: readonly string[]
  readonly args: Readonly<Record<string, DocumentedArg>>
}

/**
 * A function's documentation in the shape `sys.doc` returns: a Python docstring, that is a line break, lines indented by
 * four, and four spaces before the end. Doc, arguments, then `CLI Example:`.
 */
export function docOf({ doc, args, examples }: Documented): string {
  const blocks = [
    doc.trim(),
    ...Object.entries(args).map(([name, spec]) => `${heading(name, spec)}\n${indent(spec.doc.trim())}`),
    ...(examples.length === 0 ? [] : [`CLI Example:\n\n${indent(examples.join('\n'))}`]),
  ]
  return `\n${indent(blocks.join('\n\n'))}\n    `
}

/** What `sys.argspec` returns for one function; `defaults` belong to the last of `args`. Nothing is `null`, as in Salt. */
export interface ArgSpecReport {
  readonly args: readonly string[] | null
  readonly defaults: readonly unknown[] | null
  readonly varargs: true | null
  readonly kwargs: true | null
}

/** A function's arguments in the shape of Python's argument specification. */
export function argspecOf({ args }: Pick<Documented, 'args'>): ArgSpecReport {
  const specs = Object.values(args)
  const optional = specs.filter((spec) => spec.collect === undefined && !spec.required)
  const named = Object.keys(args).filter((name) => args[name]?.collect === undefined)
  return {
    args: named.length === 0 ? null : named,
    defaults: optional.length === 0 ? null : optional.map((spec) => spec.fallback ?? null),
    varargs: specs.some((spec) => spec.collect === 'rest') || null,
    kwargs: specs.some((spec) => spec.collect === 'keywords') || null,
  }
}

function heading(name: string, spec: DocumentedArg): string {
  if (spec.collect === 'rest') return `*${name}`
  if (spec.collect === 'keywords') return `**${name}`
  return spec.fallback === undefined ? name : `${name} : ${pythonRepr(spec.fallback)}`
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ')
}

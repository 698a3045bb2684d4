// SPDX-License-Identifier: Apache-2.0
import { braceFormat } from '../format/brace.ts'
import { iterate } from './iteration.ts'
import { escapeHtml } from './markup.ts'
import type { NativeFunction } from './native.ts'
import { Markup } from './objects.ts'
import type { Call, Runtime } from './runtime.ts'

/** Methods whose arguments are escaped before they become a part of escaped text, as MarkupSafe has it. */
const escaping = new Set(['replace', 'ljust', 'rjust', 'center', 'strip', 'lstrip', 'rstrip'])

/** Escaped text, and the method that text has by the name that is called. */
interface MethodOfMarkup {
  readonly object: Markup
  readonly method: NativeFunction
}

/** `markup.name(…)`, with the method that text has by that name. Text that it returns is escaped text again. */
export function callMarkupMethod(rt: Runtime, { object, method }: MethodOfMarkup, call: Call): unknown {
  if (method.name === 'format')
    return new Markup(
      braceFormat(rt, object.text, { args: call.args, keywords: keywordsOf(call), escapes: true }),
    )
  const result = method.invoke(rt, [object.text, ...argumentsOf(rt, method.name, call.args)], call.keywords)
  return typeof result === 'string' ? new Markup(result) : result
}

function keywordsOf({ keywords }: Call): ReadonlyMap<string, unknown> {
  return keywords ?? new Map()
}

function argumentsOf(rt: Runtime, name: string, args: readonly unknown[]): readonly unknown[] {
  if (name === 'join' && args.length === 1) return [Array.from(iterate(args[0]), (item) => escaped(rt, item))]
  if (!escaping.has(name)) return args
  return args.map((value) => (typeof value === 'string' ? escapeHtml(value) : value))
}

function escaped(rt: Runtime, value: unknown): string {
  return value instanceof Markup ? value.text : escapeHtml(rt.str(value))
}

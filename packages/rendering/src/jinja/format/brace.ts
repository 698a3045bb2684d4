// SPDX-License-Identifier: Apache-2.0
import { operationError, pythonRepr, pythonStr } from '@halite/core'
import { escapeHtml } from '../runtime/markup.ts'
import { type Keywords, valueError } from '../runtime/native.ts'
import { Markup } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { Undefined } from '../runtime/undefined.ts'
import { pythonAscii } from './ascii.ts'
import { formatValue } from './spec.ts'

/** What `text.format(…)` was given. */
export interface FormatArguments {
  readonly args: readonly unknown[]
  readonly keywords: Keywords
  /** What fields become is escaped, as in text that is escaped itself. */
  readonly escapes?: boolean
}

/** Fields inside a format spec may hold fields themselves, but not those. */
const deepest = 2

/**
 * Python's `text.format(…)`. Fields reach attributes and items as expressions do, through the same gate. Throws Python's
 * errors.
 */
export function braceFormat(rt: Runtime, text: string, given: FormatArguments): string {
  const formatter = new BraceFormat(rt, given)
  return formatter.format(text, deepest)
}

class BraceFormat {
  readonly #rt: Runtime
  readonly #given: FormatArguments
  /** Index of the next `{}`; undefined once a field had a number. */
  #automatic: number | undefined
  #manual = false

  constructor(rt: Runtime, given: FormatArguments) {
    this.#rt = rt
    this.#given = given
  }

  format(text: string, depth: number): string {
    if (depth < 0) throw valueError('Max string recursion exceeded')
    let result = ''
    let at = 0
    while (at < text.length) {
      const character = text[at]
      if ((character === '{' || character === '}') && text[at + 1] === character) {
        result += character
        at += 2
      } else if (character === '}') throw valueError("Single '}' encountered in format string")
      else if (character === '{') {
        const end = endOfField(text, at)
        result += this.#field(text.slice(at + 1, end), depth)
        at = end + 1
      } else {
        const next = text.slice(at).search(/[{}]/)
        const end = next === -1 ? text.length : at + next
        result += text.slice(at, end)
        at = end
      }
    }
    this.#rt.budget.charge(result.length)
    return result
  }

  #field(field: string, depth: number): string {
    const { name, conversion, spec } = partsOf(field)
    const value = this.#converted(this.#value(name), conversion)
    const text = formatValue(this.#rt, value, spec.includes('{') ? this.format(spec, depth - 1) : spec)
    return this.#given.escapes === true && !(value instanceof Markup) ? escapeHtml(text) : text
  }

  #value(name: string): unknown {
    const [, first = '', rest = ''] = /^([^.[]*)([\s\S]*)$/.exec(name) ?? []
    let value = this.#first(first)
    for (const step of stepsOf(rest)) {
      value = step.isItem
        ? this.#rt.item(value, step.key, this.#rt.place)
        : this.#rt.attribute(value, String(step.key), this.#rt.place)
    }
    return value
  }

  #first(name: string): unknown {
    const isNumber = /^\d+$/.test(name)
    if (name !== '' && !isNumber) {
      const value = this.#given.keywords.get(name)
      if (value === undefined) throw operationError('KeyError', pythonRepr(name))
      return value
    }
    const index = name === '' ? this.#nextIndex() : this.#numbered(Number(name))
    if (index >= this.#given.args.length) {
      throw valueError('tuple index out of range')
    }
    return this.#given.args[index]
  }

  #nextIndex(): number {
    if (this.#manual)
      throw valueError('cannot switch from manual field specification to automatic field numbering')
    const index = this.#automatic ?? 0
    this.#automatic = index + 1
    return index
  }

  #numbered(index: number): number {
    if (this.#automatic !== undefined) {
      throw valueError('cannot switch from manual field specification to automatic field numbering')
    }
    this.#manual = true
    return index
  }

  #converted(value: unknown, conversion: string | undefined): unknown {
    const isShown = conversion === 'r' || conversion === 'a'
    if (value instanceof Undefined && !isShown) value.fail()
    if (conversion === undefined) return value
    if (conversion === 's') return pythonStr(value)
    if (isShown) return conversion === 'a' ? pythonAscii(value) : pythonRepr(value)
    throw valueError(`Unknown conversion specifier '${conversion}'`)
  }
}

function endOfField(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return at
  }
  throw valueError(
    text.length === start + 1
      ? "Single '{' encountered in format string"
      : "expected '}' before end of string",
  )
}

function partsOf(field: string): { name: string; conversion: string | undefined; spec: string } {
  const [, name = '', conversion, spec = ''] = /^((?:[^!:[]|\[[^\]]*\])*)(?:!([^:]*))?(?::([\s\S]*))?$/.exec(
    field,
  ) ?? [undefined, field]
  if (conversion !== undefined && conversion.length !== 1) {
    throw valueError(
      conversion === '' ? "unmatched '{' in format spec" : "expected ':' after conversion specifier",
    )
  }
  return { name, conversion, spec }
}

function stepsOf(rest: string): { readonly isItem: boolean; readonly key: string | number }[] {
  const steps: { isItem: boolean; key: string | number }[] = []
  const step = /\.([^.[]+)|\[([^\]]+)\]/y
  while (step.lastIndex < rest.length) {
    const match = step.exec(rest)
    if (match === null) throw valueError('Empty attribute in format string')
    const [, name, key = ''] = match
    if (name !== undefined) steps.push({ isItem: false, key: name })
    else steps.push({ isItem: true, key: /^\d+$/.test(key) ? Number(key) : key })
  }
  return steps
}

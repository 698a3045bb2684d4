// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonRepr, pythonTypeName } from '@halite/core'
import { intOf } from '../methods/arguments.ts'
import { canIterate, itemsOf, iterate } from '../runtime/iteration.ts'
import { escapeHtml } from '../runtime/markup.ts'
import { type NativeRow, typeError, valueError } from '../runtime/native.ts'
import { Markup } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { Undefined } from '../runtime/undefined.ts'
import { urlize } from './urlize.ts'

/** Jinja's filters for HTML and URLs. */
export const htmlFilters: readonly NativeRow[] = [
  ['escape', 's', (rt, [value]) => escaped(rt, value)],
  ['e', 's', (rt, [value]) => escaped(rt, value)],
  ['forceescape', 'value', (rt, [value]) => new Markup(escapeHtml(rt.str(value)))],
  ['safe', 'value', (rt, [value]) => new Markup(rt.str(value))],
  ['striptags', 'value', (rt, [value]) => stripTags(rt.str(value))],
  ['urlencode', 'value', (rt, [value]) => urlEncoded(rt, value)],
  [
    'xmlattr',
    'd, autospace?',
    (rt, [value, autospace]) => attributes(rt, value, autospace === undefined || isTruthy(autospace)),
  ],
  [
    'urlize',
    'value, trim_url_limit?, nofollow?, target?, rel?, extra_schemes?',
    (rt, [value, limit, nofollow, target, rel, schemes]) =>
      urlize(rt.str(value), {
        limit: limit === undefined || limit === null ? undefined : intOf(limit),
        rel: relOf(rt, rel, nofollow !== undefined && isTruthy(nofollow)),
        target: target === undefined || target === null ? undefined : rt.str(target),
        schemes:
          schemes === undefined || schemes === null ? [] : itemsOf(schemes).map((each) => rt.str(each)),
      }),
  ],
]

function escaped(rt: Runtime, value: unknown): Markup {
  return value instanceof Markup ? value : new Markup(escapeHtml(rt.str(value)))
}

function relOf(rt: Runtime, rel: unknown, nofollow: boolean): string {
  const given = rel === undefined || rel === null ? [] : rt.str(rel).split(/\s+/)
  return [...new Set([...given, ...(nofollow ? ['nofollow'] : []), 'noopener'])]
    .filter((part) => part !== '')
    .sort()
    .join(' ')
}

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
])

/** Text without comments and tags, runs of blanks as one space, entities as what they stand for. */
function stripTags(text: string): string {
  const plain = text.replace(/<!--[\s\S]*?(?:-->|$)/g, '').replace(/<[^>]*>/g, '')
  return plain
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ')
    .replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w+));/g, (...match: string[]) => {
      const [whole = '', decimal, hex = '', name] = match
      if (name !== undefined) return entities.get(name) ?? whole
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
    })
}

function urlEncoded(rt: Runtime, value: unknown): string {
  const isText = [Markup, Uint8Array, Undefined].some((type) => value instanceof type)
  if (typeof value === 'string' || isText || !canIterate(value)) return urlQuote(rt, value, false)
  const pairs = value instanceof Map ? [...value] : Array.from(iterate(value), (item) => itemsOf(item))
  if (pairs.some((pair) => pair.length !== 2)) throw valueError('not enough values to unpack (expected 2)')
  return pairs.map(([key, item]) => `${urlQuote(rt, key, true)}=${urlQuote(rt, item, true)}`).join('&')
}

function urlQuote(rt: Runtime, value: unknown, isQuery: boolean): string {
  const bytes = value instanceof Uint8Array ? value : Buffer.from(rt.str(value))
  const safe = isQuery ? /[A-Za-z0-9_.~-]/ : /[A-Za-z0-9_.~/-]/
  let quoted = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    if (safe.test(character)) quoted += character
    else if (isQuery && character === ' ') quoted += '+'
    else quoted += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  rt.budget.charge(quoted.length)
  return quoted
}

function attributes(rt: Runtime, value: unknown, autospace: boolean): string {
  if (!(value instanceof Map)) throw typeError(`'${pythonTypeName(value)}' object has no attribute 'items'`)
  const parts: string[] = []
  for (const [key, item] of value) {
    if (item === null || item instanceof Undefined) continue
    const name = key instanceof Markup ? key.text : key
    if (typeof name !== 'string')
      throw typeError(`expected string or bytes-like object, got '${pythonTypeName(key)}'`)
    if (/[\s/>=]/.test(name)) throw valueError(`Invalid character in attribute name: ${pythonRepr(key)}`)
    parts.push(`${escapeHtml(name)}="${escaped(rt, item).text}"`)
  }
  return parts.length > 0 && autospace ? ` ${parts.join(' ')}` : parts.join(' ')
}

// SPDX-License-Identifier: Apache-2.0
import { findWritten, isMap, mapValues, parseYaml, pythonStr } from '@halite/core'
import type { ExecContext } from '@halite/loader'

const mark = '__slot__:'

/** The arguments of a state with every slot, `__slot__:salt:module.function(…)`, replaced by what the function returns. */
export async function fillSlots(
  ctx: ExecContext,
  args: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const names = Object.keys(args).filter((name) => holdsSlot(args[name]))
  if (names.length === 0) return args
  const filled: Record<string, unknown> = { ...args }
  for (const name of names) filled[name] = await fill(ctx, args[name])
  return filled
}

/** Slots are looked for in a text, in the values of a map, and in both inside of a list. */
function holdsSlot(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith(mark)
  if (Array.isArray(value)) return value.some((item) => !Array.isArray(item) && holdsSlot(item))
  if (!isMap(value)) return false
  return [...(value instanceof Map ? value.values() : Object.values(value))].some(isSlot)
}

function isSlot(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(mark)
}

async function fill(ctx: ExecContext, value: unknown): Promise<unknown> {
  if (isSlot(value)) return evaluate(ctx, value)
  if (Array.isArray(value))
    return Promise.all(value.map((item) => (Array.isArray(item) ? item : fill(ctx, item))))
  if (!isMap(value)) return value
  const values = new Map<unknown, unknown>()
  for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
    values.set(key, isSlot(item) ? await evaluate(ctx, item) : item)
  }
  return mapValues(value, (_, key) => values.get(key))
}

/** A slot that cannot be read stays as it is, and is logged. */
async function evaluate(ctx: ExecContext, slot: string): Promise<unknown> {
  const text = slot.startsWith(`${mark}salt:`) ? slot.slice(`${mark}salt:`.length) : undefined
  const call = text === undefined ? undefined : parseCall(text)
  if (call === undefined) {
    ctx.log.warning('malformed slot; write __slot__:salt:module.function(argument, key=value)', { slot })
    return slot
  }
  const result = await ctx.call(call.fun, call.args, call.keywords)
  const picked = call.path === '' ? result : at(result, call.path.split('.'))
  return call.append !== '' && typeof picked === 'string' ? picked + call.append : picked
}

function at(value: unknown, keys: readonly string[]): unknown {
  let inner = value
  for (const key of keys) {
    const found = isMap(inner) ? findWritten(inner, key) : itemAt(inner, key)
    if (found === undefined) return null
    inner = found.value
  }
  return inner
}

function itemAt(value: unknown, key: string): { readonly value: unknown } | undefined {
  return Array.isArray(value) && /^\d+$/.test(key) && Number(key) < value.length
    ? { value: value[Number(key)] }
    : undefined
}

/** `module.function(a, 'b c', key=[1, 2]).path.in.result ~ /appended` */
interface SlotCall {
  readonly fun: string
  readonly args: readonly unknown[]
  readonly keywords: Readonly<Record<string, unknown>>
  readonly path: string
  readonly append: string
}

function parseCall(text: string): SlotCall | undefined {
  const [, fun = '', rest = ''] = /^\s*([A-Za-z]\w*\.\w+)\s*\((.*)$/s.exec(text) ?? []
  const words = fun === '' ? undefined : argumentWords(rest)
  if (words === undefined) return undefined
  const after = rest.slice(words.end + 1)
  const tilde = after.indexOf('~')
  const args: unknown[] = []
  const keywords: Record<string, unknown> = {}
  for (const { key, value } of words.list) {
    if (key === undefined) args.push(value)
    else keywords[key] = value
  }
  return {
    fun,
    args,
    keywords,
    path: (tilde < 0 ? after : after.slice(0, tilde)).trim().replace(/^\./, ''),
    append: tilde < 0 ? '' : after.slice(tilde + 1).trim(),
  }
}

interface Word {
  readonly key: string | undefined
  readonly value: unknown
}

/** The arguments up to the bracket that closes them; quotes and brackets hold together what stands inside. */
function argumentWords(text: string): { readonly list: readonly Word[]; readonly end: number } | undefined {
  const list: Word[] = []
  const open: string[] = []
  let [quote, word, key, isQuoted] = ['', '', undefined as string | undefined, false]
  const finish = () => {
    if (key !== undefined || word.trim() !== '' || isQuoted)
      list.push({ key, value: wordValue(word, isQuoted) })
    ;[word, key, isQuoted] = ['', undefined, false]
  }
  for (const [index, char] of [...text].entries()) {
    if (quote !== '') {
      if (char === quote) quote = ''
      if (quote !== '' || open.length > 0) word += char
    } else if (char === '"' || char === "'") {
      quote = char
      isQuoted ||= open.length === 0
      if (open.length > 0) word += char
    } else if ('[{('.includes(char)) {
      open.push(char)
      word += char
    } else if (char === ')' && open.length === 0) {
      finish()
      return { list, end: index }
    } else if (']})'.includes(char)) {
      open.pop()
      word += char
    } else if (char === ',' && open.length === 0) finish()
    else if (char === '=' && open.length === 0 && key === undefined) {
      key = word.trim()
      word = ''
    } else word += char
  }
  return undefined
}

/** A word in quotes is text; so is every other one, save lists and maps. */
function wordValue(word: string, isQuoted: boolean): unknown {
  const text = isQuoted ? word : word.trim()
  return !isQuoted && /^[[{]/.test(text) ? parseYaml(text, 'slot') : pythonStr(text)
}

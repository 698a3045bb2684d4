// SPDX-License-Identifier: Apache-2.0
import { isMap, isTruthy, pythonStr, SaltError } from '@halite/core'
import type { StateContext } from '@halite/loader'
import { splitLines } from '../../execution/file/lines.ts'
import { lookUp } from '../../execution/parts/look-up.ts'

/** What says what a file holds. */
export interface ContentsArguments {
  readonly contents?: unknown
  readonly contents_pillar?: unknown
  readonly contents_grains?: unknown
  readonly contents_newline: boolean
  readonly contents_delimiter: string
  readonly allow_empty: boolean
  readonly encoding?: string | undefined
  readonly encoding_errors: string
  readonly template?: string | undefined
}

export interface Contents {
  readonly data: Buffer
  /** It is no text. */
  readonly isBinary: boolean
}

const isGiven = (value: unknown) => value !== undefined && value !== null

/** Whether one of the arguments that give a content is there. */
export function hasContents(args: ContentsArguments): boolean {
  return [args.contents, args.contents_pillar, args.contents_grains].some(isGiven)
}

/** The content that the arguments give: lines, each with a line feed. A text says why there is none. */
export function contentsOf(ctx: StateContext, args: ContentsArguments): Contents | string {
  const found = chosenValue(ctx, args)
  if (typeof found === 'string') return found
  const { value, from } = found
  if (!args.allow_empty && !isTruthy(value)) {
    return `${from} value would result in empty contents. Set allow_empty to True to allow the managed file to be empty.`
  }
  const parts = partsOf(value)
  if (parts === undefined) return { data: Buffer.from(value as Uint8Array), isBinary: true }
  if (parts.length === 0) {
    return 'Contents specified by contents/contents_pillar/contents_grains is not a string or list of strings, and is not binary data. SLS is likely malformed.'
  }
  const lines = parts.flatMap((part) => splitLines(part)).map((line) => `${line}\n`)
  const text = args.contents_newline ? lines.join('') : lines.join('').replace(/\n+$/, '').replace(/\r+$/, '')
  return { data: encoded(text, args), isBinary: false }
}

function chosenValue(
  ctx: StateContext,
  args: ContentsArguments,
): { readonly value: unknown; readonly from: string } | string {
  const { contents_pillar: pillar, contents_grains: grains } = args
  if (isGiven(pillar)) return lookedUp(ctx.pillar, pillar, { kind: 'Pillar', args })
  if (isGiven(grains)) return lookedUp(ctx.grains, grains, { kind: 'Grain', args })
  return { value: args.contents, from: "'contents'" }
}

function lookedUp(
  data: unknown,
  key: unknown,
  { kind, args }: { readonly kind: 'Pillar' | 'Grain'; readonly args: ContentsArguments },
) {
  const missing = {}
  const keys = (Array.isArray(key) ? key : [key]).map(pythonStr)
  const values: unknown[] = []
  for (const path of keys) {
    const value = lookUp(data, path.split(args.contents_delimiter), missing)
    if (value === missing) return `${kind} ${path} does not exist`
    values.push(value)
  }
  const from = `contents_${kind === 'Pillar' ? 'pillar' : 'grains'} ${pythonStr(key)}`
  return { value: Array.isArray(key) ? values.map(pythonStr).join('\n') : values[0], from }
}

/** The texts of a value; undefined for bytes that are no text. */
function partsOf(value: unknown): string[] | undefined {
  if (value instanceof Uint8Array) {
    try {
      return [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)]
    } catch {
      return undefined
    }
  }
  if (Array.isArray(value)) return value.map((item) => pythonStr(item))
  return [isMap(value) ? pythonStr(value) : pythonStr(value)]
}

const single: Readonly<Record<string, number>> = {
  ascii: 0x80,
  'iso8859-1': 0x100,
  latin_1: 0x100,
  'latin-1': 0x100,
  latin1: 0x100,
}

/** The bytes of a text. Throws COMMAND_FAILED for a character that the encoding has not. */
export function encoded(
  text: string,
  { encoding = 'utf-8', encoding_errors: errors }: Pick<ContentsArguments, 'encoding' | 'encoding_errors'>,
): Buffer {
  const name = encoding.toLowerCase().replaceAll('_', '-')
  if (name === 'utf-8' || name === 'utf8') return Buffer.from(text)
  if (name === 'utf-16-le') return Buffer.from(text, 'utf16le')
  if (name === 'utf-16') return Buffer.from(`\ufeff${text}`, 'utf16le')
  if (name === 'utf-16-be') return Buffer.from(text, 'utf16le').swap16()
  if (name === 'utf-8-sig') return Buffer.from(`\ufeff${text}`)
  const limit = single[encoding.toLowerCase()] ?? single[name]
  if (limit === undefined) {
    throw new SaltError('COMMAND_FAILED', `files cannot be written in the encoding ${encoding}`, {
      hint: 'There are utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, latin-1 and ascii.',
    })
  }
  const characters = [...text].filter((one) => errors !== 'ignore' || (one.codePointAt(0) ?? 0) < limit)
  const odd = characters.find((one) => (one.codePointAt(0) ?? 0) >= limit)
  if (odd !== undefined && errors !== 'replace')
    throw new SaltError('COMMAND_FAILED', `'${odd}' cannot be written in the encoding ${encoding}`)
  return Buffer.from(
    characters.map((one) => ((one.codePointAt(0) ?? 0) < limit ? one : '?')).join(''),
    'latin1',
  )
}

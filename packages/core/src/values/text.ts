// SPDX-License-Identifier: Apache-2.0
import { Float, isInteger } from './float.ts'
import { type DataMap, entriesOf } from './maps.ts'
import { PythonObject } from './python-object.ts'
import { Tuple } from './tuple.ts'

/**
 * A value as Python's `repr` writes it: `None`, `True`, `[1, 'two']`, `{'a': 1}`, `b'\x00'`, `1e+20`.
 * A number with no fraction is an integer up to 2^53 and a float beyond (integers there are BigInt). Objects of other
 * classes are shown as their `toJSON` value, so a secret stays masked.
 */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return isInteger(value) ? String(value) : floatRepr(value)
  if (typeof value === 'string') return textRepr(value)
  if (typeof value !== 'object') return String(value)
  if (value instanceof Float) return floatRepr(value.value)
  if (value instanceof Uint8Array) return bytesRepr(value)
  if (value instanceof Tuple) return pythonTupleRepr(value)
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  if (value instanceof Set) return setRepr(value)
  if (value instanceof PythonObject) return value.repr()
  if ('toJSON' in value && typeof value.toJSON === 'function') return pythonRepr(value.toJSON())
  return mapRepr(value as DataMap)
}

/** A value as Python's `str` writes it: text as it is, everything else as `pythonRepr`. */
export function pythonStr(value: unknown): string {
  if (typeof value === 'string') return value
  return value instanceof PythonObject ? value.str() : pythonRepr(value)
}

/** A list as Python writes the same values in a tuple: `()`, `(1,)`, `(1, 'two')`. */
export function pythonTupleRepr(values: readonly unknown[]): string {
  return `(${Array.from(values, pythonRepr).join(', ')}${values.length === 1 ? ',' : ''})`
}

/** A float as Python writes it: the shortest digits that read back, as in JavaScript, but an exponent at 1e16 and below 1e-4. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) return exponentRepr(value)
  if (Object.is(value, -0)) return '-0.0'
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

function exponentRepr(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`
}

/** Made when first used, as it takes a while. */
let unprintable: RegExp | undefined
const namedEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function textRepr(text: string): string {
  return quoted([...text], (character) => (isPrintable(character) ? character : codeEscape(character)))
}

/** For Python unprintable are controls, formats, surrogates, private, unassigned, separators other than the space. */
function isPrintable(character: string): boolean {
  if (character >= ' ' && character <= '~') return true
  unprintable ??= /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u
  return !unprintable.test(character)
}

function codeEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${hex(code, 2)}`
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function bytesRepr(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte))
  return `b${quoted(characters, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x20 || code > 0x7e ? `\\x${hex(code, 2)}` : character
  })}`
}

/** Single quotes, unless that would need an escape that double quotes do not. */
function quoted(characters: readonly string[], written: (character: string) => string): string {
  const quote = characters.includes("'") && !characters.includes('"') ? '"' : "'"
  const body = characters.map((character) => {
    if (character === quote) return `\\${quote}`
    return namedEscapes[character] ?? written(character)
  })
  return `${quote}${body.join('')}${quote}`
}

function mapRepr(map: DataMap): string {
  return `{${entriesOf(map)
    .map(([key, value]) => `${pythonRepr(key)}: ${pythonRepr(value)}`)
    .join(', ')}}`
}

function setRepr(set: ReadonlySet<unknown>): string {
  return set.size === 0 ? 'set()' : `{${[...set].map(pythonRepr).join(', ')}}`
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}

// SPDX-License-Identifier: Apache-2.0
import { isTruthy, messageOf, pythonTypeName, ValueMap } from '@halite/core'
import { encodeText } from '../../format/encodings.ts'
import { itemsOf } from '../../runtime/iteration.ts'
import { type NativeRow, typeError } from '../../runtime/native.ts'

/** Salt's filters that encode all text within data. */
export const textBytesFilters: readonly NativeRow[] = [
  ...['json_encode_dict', 'json_decode_dict', 'json_encode_list', 'json_decode_list'].map(
    (name): NativeRow => [
      name,
      'data, encoding?, errors?, keep?, *, **',
      (_rt, [value, encoding, errors, keep]) =>
        encoded(value, name, { encoding, errors, keepsUnfit: keep !== undefined && isTruthy(keep) }),
    ],
  ),
]

/** Text as bytes, everywhere in the data. */
interface Encoding {
  readonly encoding: unknown
  readonly errors: unknown
  /** What cannot be encoded stays text. */
  readonly keepsUnfit: boolean
}

function encoded(value: unknown, name: string, how: Encoding): unknown {
  if (!name.endsWith('_dict')) return itemsOf(value).map((item) => encodedPart(item, how))
  if (!(value instanceof Map)) throw typeError(`'${pythonTypeName(value)}' object has no attribute 'items'`)
  return encodedPart(value, how)
}

function encodedPart(value: unknown, how: Encoding): unknown {
  if (typeof value === 'string') return encodedText(value, how)
  if (Array.isArray(value)) return Array.from(value, (item) => encodedPart(item, how))
  if (value instanceof Map)
    return new ValueMap(Array.from(value, ([key, item]) => [encodedPart(key, how), encodedPart(item, how)]))
  return value
}

/** An encoding that is no text encodes nothing, as Salt passes over the TypeError. */
function encodedText(text: string, { encoding, errors, keepsUnfit }: Encoding): unknown {
  const isText = (given: unknown) => given === undefined || typeof given === 'string'
  if (!isText(errors) || (isTruthy(encoding ?? null) && !isText(encoding))) return text
  const mode = typeof errors === 'string' ? errors : 'strict'
  const name = typeof encoding === 'string' && encoding !== '' ? encoding : 'utf-8'
  try {
    return encodeText(text, name, mode)
  } catch (error) {
    if (keepsUnfit && !messageOf(error).startsWith('unknown encoding')) return text
    throw error
  }
}

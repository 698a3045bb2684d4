// SPDX-License-Identifier: Apache-2.0
import { type DataMap, hasKey, messageOf, SaltError, schema, valueAt } from '@halite/core'

const { optional, record, text } = schema

const setting = 'detect'
const hives = 'HKLM|HKU|HKCU|HKCR|HKCC|HKEY_(?:LOCAL_MACHINE|USERS|CURRENT_(?:USER|CONFIG)|CLASSES_ROOT)'
const keyPattern = new RegExp(`^(?:${hives})\\\\[^\\0\\r\\n]+$`)
const codePattern = /^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/i

/** A key is there, or a value of it, or that value holds `data`. `view`: 32 for the part of programs of 32 bits. */
const registryRule = record({
  key: matching(keyPattern, 'a key with its hive, such as HKLM\\SOFTWARE\\Example'),
  name: optional(text(16_383)),
  data: optional(written),
  view: optional(view),
})
/** A file is there, whose path may hold environment variables, or has this version in its resources. */
const fileRule = record({ path: matching(/^[^"<>|\0\r\n]+$/, 'a path'), version: optional(written) })
const detection = record({
  registry: optional(registryRule),
  file: optional(fileRule),
  product_code: optional(matching(codePattern, 'the code of a product, {…}')),
})

/**
 * How a version shows that it is installed, where Add/Remove Programs says it wrongly or not at all: `detect` of its definition. Every
 * part that is there has to hold.
 */
export type Detection = schema.Decoded<typeof detection>

/** Whether a version says itself how it is detected. */
export function hasDetection(settings: DataMap): boolean {
  return hasKey(settings, setting)
}

/** The rule of a version; undefined where it has none. Throws `VALUE_MALFORMED` when it cannot be one. */
export function detectionOf(settings: DataMap): Detection | undefined {
  if (!hasDetection(settings)) return undefined
  const rule = detection(valueAt(settings, setting), setting)
  if (Object.keys(rule).length > 0) return rule
  throw new SaltError('VALUE_MALFORMED', `${setting} is empty: it needs registry, file or product_code`)
}

/** What is wrong with the rule of a version, in words. */
export function problemOfDetection(settings: DataMap): string | undefined {
  try {
    detectionOf(settings)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

function matching(pattern: RegExp, expected: string): schema.Decoder<string> {
  return (value, path) => {
    if (typeof value === 'string' && value.length <= 32_767 && pattern.test(value)) return value
    throw new SaltError('VALUE_MALFORMED', `${path} must be ${expected}`)
  }
}

function view(value: unknown, path: string): 64 | 32 {
  if (value === 64 || value === 32) return value
  throw new SaltError('VALUE_MALFORMED', `${path} must be 64 or 32`)
}

/** Text or a whole number. YAML does not keep how other numbers are written. */
function written(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  if (Number.isSafeInteger(value)) return String(value)
  throw new SaltError('VALUE_MALFORMED', `${path} must be text: put it in quotes`)
}

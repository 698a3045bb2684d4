// SPDX-License-Identifier: Apache-2.0
import { floatOf, integerOf, mapOf, messageOf, SaltError } from '@halite/core'
import { defineRenderer } from '@halite/loader'
import { parse, TomlDate, TomlError } from 'smol-toml'
import { textInput } from './input.ts'

/** The renderer `toml`. */
export const toml = defineRenderer({
  name: 'toml',
  doc: 'TOML to data. Dates are text, as in YAML.',
  render: (input, scope) => tomlData(textInput(input, 'toml', scope), scope.name),
})

/** The data of a TOML text; `name` says in errors where it comes from. Throws `RENDER_FAILED` with line and column. */
export function tomlData(text: string, name: string): unknown {
  try {
    return plainOf(parse(text, { integersAsBigInt: true }))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const { line, column } = error
    throw new SaltError('RENDER_FAILED', `${name}:${line}:${column}: ${messageOf(error)}`, {
      data: { file: name, line, column },
    })
  }
}

/** Integers and floats stay apart: the reader gives every integer as a bigint. */
function plainOf(value: unknown): unknown {
  if (typeof value === 'bigint') return integerOf(value)
  if (typeof value === 'number') return floatOf(value)
  if (value instanceof TomlDate) return value.toISOString()
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value !== 'object' || value === null) return value
  return mapOf(Object.entries(value).map(([key, item]) => [key, plainOf(item)]))
}

// SPDX-License-Identifier: Apache-2.0
import { floatOf, integerOf, mapOf, messageOf, SaltError } from '@halite/core'
import { defineRenderer } from '@halite/loader'
import { parse, TomlDate, TomlError } from 'smol-toml'
import { textInput } from './input.ts'

/** The renderer `toml`. */
export const toml = defineRenderer({
  name: 'toml',
  doc: 'TOML to data. Dates are text, as in YAML.',
  render: (input, scope) => {
    const text = textInput(input, 'toml', scope)
    try {
      return plainOf(parse(text, { integersAsBigInt: true }))
    } catch (error) {
      if (!(error instanceof TomlError)) throw error
      const place = `${scope.name}:${error.line}:${error.column}`
      throw new SaltError('RENDER_FAILED', `${place}: ${messageOf(error)}`, {
        data: { file: scope.name, line: error.line, column: error.column },
      })
    }
  },
})

/** Integers and floats stay apart: the reader gives every integer as a bigint. */
function plainOf(value: unknown): unknown {
  if (typeof value === 'bigint') return integerOf(value)
  if (typeof value === 'number') return floatOf(value)
  if (value instanceof TomlDate) return value.toISOString()
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value !== 'object' || value === null) return value
  return mapOf(Object.entries(value).map(([key, item]) => [key, plainOf(item)]))
}

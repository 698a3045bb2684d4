// SPDX-License-Identifier: Apache-2.0
import { isSaltError, isTruthy, parseYamlDocument, SaltError } from '@halite/core'
import { defineRenderer } from '@halite/loader'
import { excerpt } from '../excerpt.ts'
import { Source } from '../jinja/syntax/source.ts'
import { textInput } from './input.ts'

/** Lines shown before and behind the one that cannot be read. */
const contextLines = 2

/** The renderer `yaml`. */
export const yaml = defineRenderer({
  name: 'yaml',
  doc: "YAML to data as Salt's loader reads it; an empty document is an empty map.",
  render: (input, scope) => {
    const { value, lines } = documentOf(textInput(input, 'yaml', scope), scope.name)
    scope.keysAt(lines)
    return isTruthy(value) ? value : {}
  },
})

/** The document; an error carries the lines around its place in `data.excerpt`, since a template may have made them. */
function documentOf(text: string, name: string): ReturnType<typeof parseYamlDocument> {
  try {
    return parseYamlDocument(text, name)
  } catch (error) {
    const { line, column } = (isSaltError(error) && error.data) || {}
    if (!isSaltError(error) || typeof line !== 'number' || typeof column !== 'number') throw error
    const shown = excerpt(new Source(name, text), { line, column }, contextLines)
    const { code, message, hint, data } = error
    throw new SaltError(code, message, {
      cause: error,
      ...(hint !== undefined && { hint }),
      data: { ...data, excerpt: shown },
    })
  }
}

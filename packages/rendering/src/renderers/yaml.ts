// SPDX-License-Identifier: Apache-2.0
import { isTruthy, parseYamlDocument } from '@halite/core'
import { defineRenderer } from '@halite/loader'
import { textInput } from './input.ts'

/** The renderer `yaml`. */
export const yaml = defineRenderer({
  name: 'yaml',
  doc: "YAML to data as Salt's loader reads it; an empty document is an empty map.",
  render: (input, scope) => {
    const { value, lines } = parseYamlDocument(textInput(input, 'yaml', scope), scope.name)
    scope.keysAt(lines)
    return isTruthy(value) ? value : {}
  },
})

// SPDX-License-Identifier: Apache-2.0
import { loadJson } from '@halite/core'
import { defineRenderer } from '@halite/loader'
import { textInput } from './input.ts'

/** The renderer `json`. */
export const json = defineRenderer({
  name: 'json',
  doc: 'JSON to data; an empty text is an empty map.',
  render: (input, scope) => {
    const text = textInput(input, 'json', scope)
    return text.trim() === '' ? {} : loadJson(text)
  },
})

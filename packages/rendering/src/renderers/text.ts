// SPDX-License-Identifier: Apache-2.0
import { defineRenderer } from '@halite/loader'
import { textInput } from './input.ts'

/** The renderer `text`. */
export const text = defineRenderer({
  name: 'text',
  doc: 'Gives the text as it is: for files that are no data, `#!jinja|text`.',
  render: (input, scope) => textInput(input, 'text', scope),
})

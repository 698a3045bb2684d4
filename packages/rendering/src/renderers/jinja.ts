// SPDX-License-Identifier: Apache-2.0
import { defineRenderer } from '@halite/loader'
import { textInput } from './input.ts'

/** The renderer `jinja`. */
export const jinja = defineRenderer({
  name: 'jinja',
  doc: 'Text in, text out: Jinja as Salt extends it.',
  render: (input, scope) => scope.template(textInput(input, 'jinja', scope)),
})

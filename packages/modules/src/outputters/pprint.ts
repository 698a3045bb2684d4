// SPDX-License-Identifier: Apache-2.0
import { defineOutputter } from '@halite/loader'
import { prettyRepr } from './text/pretty.ts'

/** The value as Python's `pprint` lays it out. */
export default defineOutputter({
  name: 'pprint',
  doc: 'Python literals, laid out to 80 columns.',
  forPrograms: 'documents',
  render: (data, { indent }) => prettyRepr(data, indent === undefined || indent < 0 ? 1 : indent),
})

// SPDX-License-Identifier: Apache-2.0
import { defineOutputter } from '@halite/loader'

/** What a function names whose return is not meant to be read. */
export default defineOutputter({
  name: 'no_out',
  doc: 'Nothing: for functions whose return is not meant to be read.',
  showsNothing: true,
  render: () => '',
})

// SPDX-License-Identifier: Apache-2.0
import { defineOutputter } from '@halite/loader'

/** Nothing; the exit code still tells. */
export default defineOutputter({
  name: 'quiet',
  doc: 'Nothing.',
  forPrograms: 'lines',
  showsNothing: true,
  render: () => '',
})

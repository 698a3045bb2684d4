// SPDX-License-Identifier: Apache-2.0
import { pythonStr, withVisibleControls } from '@halite/core'
import { defineOutputter } from '@halite/loader'

/** The value as a Python literal on one line. */
export default defineOutputter({
  name: 'raw',
  doc: 'Python literals, each return on one line.',
  forPrograms: 'documents',
  render: (data) => withVisibleControls(pythonStr(data)),
})

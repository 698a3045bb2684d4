// SPDX-License-Identifier: Apache-2.0
import { pythonStr, withVisibleControls } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { shown, shownEntries } from './text/entries.ts'

/** Values without the ids, one on each line; a list gives a line for each of its elements. */
export default defineOutputter({
  name: 'newline_values_only',
  doc: 'Values without ids, one on each line; lists one element on each line.',
  forPrograms: 'lines',
  render: (data) => {
    const plain = shown(data)
    const values = shownEntries(plain)?.map(([, value]) => shown(value)) ?? [plain]
    return values
      .flatMap((value) => (Array.isArray(value) ? value.map(shown) : [value]))
      .map((value) => withVisibleControls(pythonStr(value)))
      .join('\n')
  },
})

// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, isNumeric, keysOf, pythonStr, valueAt, valuesOf, withoutKey } from '@halite/core'
import { defineOutputter, type StatesStyle } from '@halite/loader'
import { withCompressedIds } from './highstate/compress.ts'
import { hostText } from './highstate/host.ts'
import { painter } from './text/paint.ts'

const byDefault: StatesStyle = {
  output: 'full',
  verbose: true,
  diff: false,
  profile: true,
  pct: false,
  tabular: false,
  compressIds: false,
  exclude: [],
  terse: [],
}

/** Results of states, one block each, and a summary. */
export default defineOutputter({
  name: 'highstate',
  doc: 'Results of states: a block or a line for each, in the order in which they ran, and a summary. The options `state_output`, `state_verbose`, `state_output_diff`, `state_output_profile`, `state_output_pct`, `state_tabular` and `state_compress_ids` shape it.',
  render: (data, { color, states = byDefault }) => {
    const returned = unwrapped(data)
    if (typeof returned === 'string' || isNumeric(returned)) return pythonStr(returned)
    if (!isMap(returned)) return returned === null || returned === undefined ? 'None' : pythonStr(returned)
    const hosts = withoutRetcode(returned)
    const shown = states.compressIds ? withCompressedIds(hosts) : hosts
    const show = { paint: painter(color), style: states, level: 1, nested: hostText }
    return entriesOf(shown)
      .map(([host, results]) => hostText(pythonStr(host), results, show).text)
      .join('\n')
  },
})

/** What lies inside of the envelopes that jobs and orchestrations put around returns. */
function unwrapped(data: unknown): unknown {
  let inner = data
  for (const key of ['return', 'data']) {
    if (isMap(inner) && valueAt(inner, key) !== undefined) inner = valueAt(inner, key)
  }
  const only = isMap(inner) && keysOf(inner).length === 1 ? valuesOf(inner)[0] : undefined
  if (!isMap(only) || valueAt(only, 'jid') === undefined || valueAt(only, 'fun') === undefined) return inner
  const returned = valueAt(only, 'return')
  return (isMap(returned) ? valueAt(returned, 'data') : undefined) ?? inner
}

/** An orchestration returns its code beside its results. */
function withoutRetcode(data: Parameters<typeof withoutKey>[0]) {
  const masters = keysOf(data).filter((key) => pythonStr(key).endsWith('_master'))
  return masters.length === 1 ? withoutKey(data, 'retcode') : data
}

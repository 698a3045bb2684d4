// SPDX-License-Identifier: Apache-2.0
import { mapOf, SaltError } from '@halite/core'
import { definePillar } from '@halite/loader'
import { csvRows } from './parts/csv.ts'
import { type PillarConfig, settingsOf, textOf } from './parts/settings.ts'

const names = ['path', 'idkey', 'namespace', 'fieldnames', 'restkey', 'restval', 'dialect']
const separators: Readonly<Record<string, string>> = { excel: ',', 'excel-tab': '\t', unix: ',' }

/** The row of a minion in a CSV file. */
export default definePillar({
  name: 'csv',
  doc: 'The row of a CSV file whose column ``idkey`` (default ``id``) is the id of the minion, as texts by the names of the columns: ``- csv: {path: /srv/hosts.csv, namespace: host}``. ``fieldnames`` names the columns of a file without a head, ``restkey`` and ``restval`` are for rows that are too long or short, ``dialect`` is excel, excel-tab or unix.',
  async compile({ id, fs }, config) {
    const settings = settingsOf(config, names)
    const separator = separators[textOf(settings, 'dialect', 'excel')]
    if (separator === undefined) {
      throw new SaltError('ARGUMENTS_INVALID', `its dialect is none of ${Object.keys(separators).join(', ')}`)
    }
    const rows = csvRows((await fs.read(textOf(settings, 'path'))).toString('utf8'), separator)
    const given = settings['fieldnames']
    const head = Array.isArray(given) ? given.map(String) : (rows[0] ?? [])
    const column = head.indexOf(textOf(settings, 'idkey', 'id'))
    if (column === -1) throw new SaltError('ARGUMENTS_INVALID', 'its file has no column of that idkey')
    const own = rows.slice(Array.isArray(given) ? 0 : 1).find((row) => row[column] === id)
    if (own === undefined) return undefined
    const row = rowOf(head, own, settings)
    return settings['namespace'] ? mapOf([[settings['namespace'], row]]) : row
  },
})

function rowOf(
  head: readonly string[],
  row: readonly string[],
  { restkey = null, restval = null }: PillarConfig,
) {
  const named = head.map((name, index) => [name, row[index] ?? restval] as const)
  const rest = row.slice(head.length)
  return mapOf(rest.length === 0 ? named : [...named, [restkey, rest]])
}

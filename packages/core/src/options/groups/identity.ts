// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { boolean, either, idText, text } from '../value-types.ts'

/** The id of the minion. */
export const identity = {
  Identity: {
    id: atRestart(row(idText, '', 'Id of this minion. Empty: derived from the host name.')),
    minion_id_caching: row(
      boolean,
      true,
      'Store a derived id in the file `minion_id` of the configuration directory.',
    ),
    minion_id_lowercase: row(boolean, false, 'Convert a derived id to lower case.'),
    minion_id_remove_domain: row(
      either(boolean, text),
      false,
      'Cut a derived id at its first dot (`True`), or remove this domain from its end.',
    ),
    append_domain: row(
      text,
      '',
      'Domain to append to the id, unless the id is an address or already ends with it.',
    ),
  },
}

// SPDX-License-Identifier: Apache-2.0
import { row } from '../row.ts'
import { amount, boolean, either, text, textList } from '../value-types.ts'

/** How a frozen minion updates itself. */
export const updates = {
  Updates: {
    update_url: row(
      either(boolean, text),
      false,
      'URL of the signed repository from which a frozen minion gets new releases. With `update_verify: False`, a page that links to zip files, or a directory. False: no updates.',
    ),
    update_verify: row(
      boolean,
      true,
      'Require releases to come from a signed repository. If False, whoever controls `update_url` can run any code on this machine. Not an option of Salt.',
    ),
    update_trust_root: row(
      text,
      '',
      'Trusted root metadata of the signed repository, its `metadata/1.root.json`. Empty: `trust/root.json` in the directory of the frozen release. Not an option of Salt.',
    ),
    update_restart_services: row(
      textList,
      [],
      'Services to restart after an update. The minion of a frozen release restarts itself.',
    ),
    update_fetch_timeout: row(
      amount('seconds'),
      3600,
      'How long it may take to find and fetch a new release, however steadily it arrives. 0: no limit. Not an option of Salt.',
    ),
    update_health_timeout: row(
      amount('seconds'),
      60,
      'How long a new release may take to connect to a master before the minion rolls back to the previous one. Not an option of Salt.',
    ),
  },
}

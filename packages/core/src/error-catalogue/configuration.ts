// SPDX-License-Identifier: Apache-2.0
import { exitCodes } from '../exit-codes.ts'
import { type ErrorEntry, entry } from './entry.ts'

/** Configuration files and options. */
export const configurationErrors = {
  CONFIG_UNREADABLE: entry(
    'A configuration file cannot be read.',
    'Check that the file exists, and its owner and mode.',
    exitCodes.noPermission,
  ),
  CONFIG_INVALID: entry(
    'A configuration file is not YAML, or an option has the wrong type.',
    'The message names the file, the line, the key and the expected type.',
    exitCodes.usage,
  ),
} as const satisfies Record<string, ErrorEntry>

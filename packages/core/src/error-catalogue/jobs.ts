// SPDX-License-Identifier: Apache-2.0
import { exitCodes } from '../exit-codes.ts'
import { type ErrorEntry, entry } from './entry.ts'

/** Jobs, functions and modules. */
export const jobErrors = {
  MASTER_UNREACHABLE: entry(
    'The local master does not answer.',
    'Start `salt-master`, and check `sock_dir` and the configuration directory given with `-c`.',
    exitCodes.noReturn,
  ),
  CLIENT_NOT_ALLOWED: entry(
    'This user has no client key for the running master.',
    'Run the command as root or as the user that the master runs as.',
    exitCodes.noReturn,
  ),
  FUNCTION_UNKNOWN: entry(
    'A function does not exist on the minion, or its module does not load there.',
    'See `salt <id> sys.list_functions`.',
    exitCodes.notAvailable,
  ),
  ARGUMENTS_INVALID: entry(
    'A function was called with invalid arguments.',
    'See `salt <id> sys.doc <function>`.',
  ),
  COMMAND_FAILED: entry('A function failed.', 'The message states what failed.'),
  FUNCTION_LOST: entry(
    'A function of a custom module crashed, or was killed because it blocked or used too much memory.',
    'Correct the module; the message says how its process ended. It is not known what the function had done by then.',
  ),
  JOB_ABORTED: entry(
    'A job ended without a result: it was killed, it crashed, or its minion stopped.',
    'Start it again if necessary.',
  ),
  MODULE_INVALID: entry(
    'A module violates the contract of its kind.',
    'The message names the file and the rule.',
    exitCodes.software,
  ),
} as const satisfies Record<string, ErrorEntry>

// SPDX-License-Identifier: Apache-2.0
import { exitCodes } from '../exit-codes.ts'
import { type ErrorEntry, entry } from './entry.ts'

/** Invalid input: names, paths, values, command lines. */
export const inputErrors = {
  ID_INVALID: entry(
    'A minion id is invalid.',
    'Use 1 to 255 characters without `/`, `\\`, NUL or control characters, and not `.` or `..`.',
    exitCodes.usage,
  ),
  JID_INVALID: entry(
    'A job id is not 20 digits with an optional `_suffix`.',
    'Use a jid as printed by `salt-run jobs.list_jobs`.',
    exitCodes.usage,
  ),
  SALTENV_INVALID: entry(
    'A saltenv contains characters that are not allowed.',
    'Use letters, digits, `_`, `-`, `.` and `@`.',
    exitCodes.usage,
  ),
  PATH_UNSAFE: entry(
    'A path leads outside the directory that it must stay in.',
    'Use a relative path without `..` and without symbolic links that lead outside.',
  ),
  REGISTRY_UNREADABLE: entry(
    'A Windows registry key cannot be read.',
    'The message names the key. Run the minion as a user with read access to it.',
    exitCodes.noPermission,
  ),
  REGISTRY_UNWRITABLE: entry(
    'A Windows registry key cannot be changed.',
    'The message names the key. Run the minion as a user with write access to it; for most keys that is the local system account.',
    exitCodes.noPermission,
  ),
  FILE_CHANGED: entry(
    'A file changed on the file server while it was being read.',
    'Fetch it again; the partial copy was discarded.',
    exitCodes.temporary,
  ),
  FILE_UNREADABLE: entry(
    'The file server cannot read a file or directory.',
    'The message names it. Check its owner and mode, and the disk it is on.',
    exitCodes.noPermission,
  ),
  FILE_NOT_KEPT: entry(
    'A fetched file cannot be written to its destination.',
    'The message names the path. Check its owner and mode, and the free space on its disk.',
    exitCodes.cannotCreate,
  ),
  FETCH_FAILED: entry(
    'A URL cannot be fetched.',
    'The message says which request was sent to which server, and the result.',
    exitCodes.unavailable,
  ),
  GIT_FAILED: entry(
    'A git repository could not be fetched or read.',
    'The message includes the output of git. Files fetched before are still served, and the next update retries.',
    exitCodes.temporary,
  ),
  VALUE_TOO_DEEP: entry('A value is nested deeper than the limit.', 'Return flatter data.'),
  VALUE_TOO_LARGE: entry('A message is larger than the limit.', 'Return less data, or write it to a file.'),
  VALUE_MALFORMED: entry(
    'Bytes from outside could not be decoded, or have the wrong shape.',
    'Check that both sides run matching versions.',
  ),
  RENDERER_UNKNOWN: entry(
    'A file names a renderer that does not exist, or that the configuration does not allow.',
    'Correct the first line of the file, or `renderer`, `renderer_whitelist` and `renderer_blacklist`.',
  ),
  RENDER_FAILED: entry(
    'A renderer failed; the message names the renderer or the position.',
    'Correct the file, or the cause that the message names.',
  ),
  TOP_INVALID: entry(
    'A top file cannot be read, or has an invalid structure.',
    'Correct the file that the message names: it maps environments to targets, and each target to a list of sls names.',
  ),
  TEMPLATE_FAILED: entry(
    'A template cannot be rendered; the message shows the position.',
    'Correct the line that the message points to.',
  ),
  VALUE_OPERATION: entry(
    'An operation does not accept the types or sizes of its operands; the wording is that of Python.',
    'Convert an operand first, or correct the data.',
  ),
  JSON_INVALID: entry('A JSON text cannot be parsed.', 'Correct the position that the message names.'),
  USAGE: entry(
    'The command line is incomplete or contradicts itself.',
    'See the output of `--help`.',
    exitCodes.usage,
  ),
  OUTPUT_FAILED: entry(
    'Results could not be written to standard output or to `--out-file`.',
    'Free space where they go, or send them elsewhere; what ran has run: `salt-run jobs.list_jobs` shows it.',
    exitCodes.cannotCreate,
  ),
  TARGET_INVALID: entry(
    'A target expression cannot be parsed.',
    'The message marks the position; see `docs/operate/target-minions.md`.',
    exitCodes.usage,
  ),
  YAML_INVALID: entry('A YAML document cannot be parsed.', 'Correct the line that the message names.'),
} as const satisfies Record<string, ErrorEntry>

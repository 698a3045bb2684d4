// SPDX-License-Identifier: Apache-2.0
import { exitCodes } from '../exit-codes.ts'
import { type ErrorEntry, entry } from './entry.ts'

/** Daemons, their directories and files. */
export const daemonErrors = {
  ALREADY_RUNNING: entry(
    'A daemon was started with directories that a running daemon uses.',
    'Stop the running daemon, or give the new one its own `root_dir`.',
    exitCodes.unavailable,
  ),
  DAEMON_FAILED: entry(
    'A daemon that was started in the background exited, or was not ready in time.',
    'Read its log file, or start it in the foreground.',
    exitCodes.unavailable,
  ),
  ADDRESS_IN_USE: entry(
    'A socket address is already in use.',
    'Stop the process that listens on it, or choose another port.',
    exitCodes.unavailable,
  ),
  SOCKET_PATH_TOO_LONG: entry(
    'The path of a Unix socket is longer than 107 bytes.',
    'Set `sock_dir` to a shorter path.',
    exitCodes.cannotCreate,
  ),
  PERMISSION_DENIED: entry(
    'The operating system refused access to a file or directory.',
    'Run the command as the user that the daemon runs as, or correct the owner.',
    exitCodes.noPermission,
  ),
  DIRECTORY_UNSAFE: entry(
    'A directory is owned or writable by a user other than root and the current user.',
    'The message names it, with its owner or mode; see `docs/operate/harden-a-master.md`.',
    exitCodes.noPermission,
  ),
  FILE_UNSAFE: entry(
    'A file is a symbolic link, a FIFO or a device, has several hard links, or belongs to another user, and others could have put it there.',
    'Inspect the file, then remove it.',
    exitCodes.noPermission,
  ),
  FILE_CORRUPT: entry(
    'A file that this program wrote is damaged.',
    'The message names the file. Restore or remove it.',
    exitCodes.software,
  ),
  QUOTA_EXCEEDED: entry(
    'A minion exceeded the storage quota that the master grants to each minion.',
    'Check `keep_call_bytes` and `keep_jobs_bytes` of the master, and its disk usage.',
  ),
  STORE_FAILED: entry(
    'The job store could not be opened or written.',
    'Check the free space and the owner of `cachedir`.',
    exitCodes.cannotCreate,
  ),
} as const satisfies Record<string, ErrorEntry>

// SPDX-License-Identifier: Apache-2.0
import { type ExitCode, exitCodes } from './exit-codes.ts'

export interface ErrorEntry {
  /** Meaning of the code, in one sentence. */
  readonly meaning: string
  /** The next step for the reader. */
  readonly solve: string
  readonly exitCode: ExitCode
}

const entry = (meaning: string, solve: string, exitCode: ExitCode = exitCodes.generic): ErrorEntry => ({
  meaning,
  solve,
  exitCode,
})

/**
 * Every error this product can raise: code → meaning, remedy, exit code. `docs/reference/errors.md` is generated from it.
 * Codes are part of the public interface: they are never renamed or reused.
 */
export const errorCatalogue = {
  // input
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
  // configuration
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
  // daemons and files
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
  // frozen releases
  UPDATE_INVALID: entry(
    'A release is invalid: its name, its manifest, its archive or one of its files.',
    'The message names the part. Nothing was installed. Publish the release again.',
  ),
  UPDATE_NOT_FOUND: entry(
    'The source of releases does not offer this version for this platform.',
    'Compare with the versions that the message lists, and with the contents of `update_url`.',
    exitCodes.unavailable,
  ),
  UPDATE_UNTRUSTED: entry(
    'The metadata of a release repository is not correctly signed, is expired, or is older than metadata seen before.',
    'Sign and publish the repository again. If that was done, someone may be tampering with the connection.',
  ),
  UPDATE_UNREACHABLE: entry(
    'The source of releases cannot be reached, or did not answer in time.',
    'Check `update_url`, and that its server is running.',
    exitCodes.temporary,
  ),
  UPDATE_FAILED: entry(
    'A version was fetched completely but does not start on this machine, or cannot be activated.',
    'The message states the reason. The previous version is still running.',
  ),
  NOT_FROZEN: entry(
    'This is not a frozen release, so it cannot update itself.',
    'Update a package with the package manager, or a clone with git.',
    exitCodes.unavailable,
  ),
  // wire
  FRAME_MALFORMED: entry(
    'A frame has an invalid first byte, version, kind, length or field.',
    'Check that the peer runs Halite, in a matching version.',
  ),
  FRAME_REPLAYED: entry(
    'The counter of a sealed frame did not increase.',
    'Something between the two peers repeats or reorders frames.',
  ),
  SEAL_BROKEN: entry(
    'A sealed frame cannot be decrypted with the session key.',
    'The frame was modified, or belongs to another session.',
  ),
  SIGNATURE_INVALID: entry(
    'A signature does not verify.',
    'The sender does not have the private key it claims.',
  ),
  VERSION_REFUSED: entry(
    'The protocol version of the peer is below the minimum.',
    'Upgrade the older side.',
    exitCodes.unavailable,
  ),
  MASTER_UNRESOLVED: entry(
    'The name of the master does not resolve to an address.',
    'Correct the option `master` of the minion, or name resolution; `getent hosts <name>` resolves as the minion does.',
    exitCodes.unavailable,
  ),
  HANDSHAKE_TIMEOUT: entry(
    'The master did not answer a handshake in time.',
    'Check the address, ports and firewall; `salt-minion -l debug` logs each attempt.',
    exitCodes.unavailable,
  ),
  SESSION_LOST: entry(
    'The session with the master ended during a request.',
    'The session is re-established automatically. Repeat the request.',
    exitCodes.unavailable,
  ),
  REQUEST_TIMEOUT: entry(
    'The master did not answer a request in time.',
    'Check the load of the master, and retry.',
    exitCodes.unavailable,
  ),
  REQUEST_UNKNOWN: entry(
    'The name of a request is unknown.',
    'Check that the peer runs Halite, and not a newer version.',
  ),
  REQUEST_DENIED: entry(
    'The sender is not allowed to make this request.',
    'Run it as a user who is allowed to.',
    exitCodes.noPermission,
  ),
  REQUEST_INVALID: entry(
    'A request has missing, unknown or mistyped fields.',
    'The message names the field.',
  ),
  REQUEST_FAILED: entry(
    'A request handler failed.',
    'See the log of the master for the cause.',
    exitCodes.software,
  ),
  BUSY: entry(
    'A bounded queue is full.',
    'Retry later; the counters of the master show which queue.',
    exitCodes.temporary,
  ),
  // keys
  KEY_PENDING: entry(
    'The key of this minion is pending.',
    'Accept it on the master: `salt-key -a <id>`.',
    exitCodes.temporary,
  ),
  KEY_REJECTED: entry(
    'The master rejected the key of this minion.',
    'On the master: `salt-key -d <id>`, then restart the minion.',
    exitCodes.noPermission,
  ),
  KEY_DENIED: entry(
    'The master has a different key for this id.',
    'If the machine was reinstalled, run `salt-key -d <id>` on the master; otherwise choose another `id`.',
    exitCodes.noPermission,
  ),
  MASTER_FULL: entry(
    'The master has reached its limit of accepted or pending keys.',
    'Accept or delete keys, or raise `max_minions`.',
    exitCodes.temporary,
  ),
  MASTER_KEY_CHANGED: entry(
    'The key of the master is not the pinned one.',
    'If the master was reinstalled, delete the pinned key that the message names; otherwise someone may be intercepting the connection.',
    exitCodes.noPermission,
  ),
  MASTER_FINGER_MISMATCH: entry(
    'The key of the master does not have the configured `master_finger`.',
    'Compare it with the output of `salt-key -F master` on the master.',
    exitCodes.incomplete,
  ),
  // jobs
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

export type ErrorCode = keyof typeof errorCatalogue

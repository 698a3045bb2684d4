// SPDX-License-Identifier: Apache-2.0
import { type ExitCode, exitCodes } from './exit-codes.ts'

export interface ErrorEntry {
  /** What the code means, in one sentence. */
  readonly meaning: string
  /** What the reader does next. */
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
 * A code is an interface: it is never renamed and never used again for something else.
 */
export const errorCatalogue = {
  // input
  ID_INVALID: entry(
    'A minion id breaks the rules for ids.',
    'Use 1 to 255 characters without `/`, `\\`, NUL or control characters, and not `.` or `..`.',
    exitCodes.usage,
  ),
  JID_INVALID: entry(
    'A job id is not 20 digits with an optional `_suffix`.',
    'Give the jid as `salt-run jobs.list_jobs` prints it.',
    exitCodes.usage,
  ),
  SALTENV_INVALID: entry(
    'A saltenv holds characters outside its alphabet.',
    'Use letters, digits, `_`, `-`, `.` and `@`.',
    exitCodes.usage,
  ),
  PATH_UNSAFE: entry(
    'A path would leave the directory it must stay in.',
    'Give a relative path without `..` and without symbolic links that lead out.',
  ),
  REGISTRY_UNREADABLE: entry(
    'A key of the registry of Windows cannot be read.',
    'The message names it: run the minion as a user who may read it.',
    exitCodes.noPermission,
  ),
  REGISTRY_UNWRITABLE: entry(
    'A key of the registry of Windows cannot be changed.',
    'The message names it: run the minion as a user who may change it, which is the local system for most keys.',
    exitCodes.noPermission,
  ),
  FILE_CHANGED: entry(
    'A file of the file server changed while it was read.',
    'Fetch it again; what was fetched of it is dropped.',
    exitCodes.temporary,
  ),
  FILE_UNREADABLE: entry(
    'A file or directory that is served cannot be read.',
    'The message names it: check its owner and mode, and the disk it lies on.',
    exitCodes.noPermission,
  ),
  FILE_NOT_KEPT: entry(
    'A file that was fetched cannot be written to its place.',
    'The message names the place: check its owner and mode, and the room on its disk.',
    exitCodes.cannotCreate,
  ),
  FETCH_FAILED: entry(
    'What a URL names cannot be fetched.',
    'The message says what was asked of whom, and what came of it.',
    exitCodes.unavailable,
  ),
  GIT_FAILED: entry(
    'A git repository could not be fetched or read.',
    'The message holds what git said. What was fetched before is served on; the next update tries again.',
    exitCodes.temporary,
  ),
  VALUE_TOO_DEEP: entry('A value is nested deeper than the limit.', 'Return flatter data.'),
  VALUE_TOO_LARGE: entry('A message is larger than the limit.', 'Return less data, or write it to a file.'),
  VALUE_MALFORMED: entry(
    'Bytes from outside could not be decoded, or have the wrong shape.',
    'Check that both sides run matching versions.',
  ),
  RENDERER_UNKNOWN: entry(
    'A file names a renderer that is not there, or that the configuration forbids.',
    'Correct the first line of the file, or `renderer`, `renderer_whitelist` and `renderer_blacklist`.',
  ),
  RENDER_FAILED: entry(
    'A renderer cannot make data of a file; the message names the renderer or the place.',
    'Correct the file, or what the message names.',
  ),
  TOP_INVALID: entry(
    'A top file of states cannot be read, or has the wrong form.',
    'Correct the file that the message names: environments, below them targets, below each a list of sls names.',
  ),
  TEMPLATE_FAILED: entry(
    'A template cannot be rendered; the message shows the place.',
    'Correct the line that the message points at.',
  ),
  VALUE_OPERATION: entry(
    'An operation does not accept the types or sizes of its operands; the message is that of Python.',
    'Convert an operand first, or correct the data.',
  ),
  JSON_INVALID: entry('A JSON text cannot be read.', 'Correct the place named in the message.'),
  USAGE: entry(
    'The command line is incomplete or contradicts itself.',
    'Read `--help` of the tool.',
    exitCodes.usage,
  ),
  TARGET_INVALID: entry(
    'A target expression cannot be parsed.',
    'The message points at the word; see `docs/operate/target-minions.md`.',
    exitCodes.usage,
  ),
  YAML_INVALID: entry('A YAML document cannot be read.', 'Correct the line named in the message.'),
  // configuration
  CONFIG_UNREADABLE: entry(
    'A configuration file cannot be read.',
    'Check that it exists and who may read it.',
    exitCodes.noPermission,
  ),
  CONFIG_INVALID: entry(
    'A configuration file is not YAML, or an option has the wrong type.',
    'The message names file, line, key and what is expected.',
    exitCodes.usage,
  ),
  // daemons and files
  ALREADY_RUNNING: entry(
    'A second daemon was started on directories that another one uses.',
    'Stop the first one, or give the second its own `root_dir`.',
    exitCodes.unavailable,
  ),
  DAEMON_FAILED: entry(
    'A daemon that was put into the background ended, or was not ready in time.',
    'Read its log file, or start it in the foreground.',
    exitCodes.unavailable,
  ),
  ADDRESS_IN_USE: entry(
    'A socket address is taken.',
    'Stop the process that listens there, or choose another port.',
    exitCodes.unavailable,
  ),
  SOCKET_PATH_TOO_LONG: entry(
    'A unix socket path is over 107 bytes.',
    'Set `sock_dir` to a shorter path.',
    exitCodes.cannotCreate,
  ),
  PERMISSION_DENIED: entry(
    'The operating system refused access to a file or directory.',
    'Run as the user the daemon runs as, or correct the owner.',
    exitCodes.noPermission,
  ),
  DIRECTORY_UNSAFE: entry(
    'Another user than root and the one this runs as owns a directory of ours, or may write in it.',
    'The message names it with its owner or mode; see `docs/operate/harden-a-master.md`.',
    exitCodes.noPermission,
  ),
  FILE_UNSAFE: entry(
    'A file is a link, a FIFO or a device, has a second name, or belongs to somebody else, in a place where others may have put it.',
    'Look at the file, then remove it.',
    exitCodes.noPermission,
  ),
  FILE_CORRUPT: entry(
    'A file of ours has contents that cannot be right.',
    'The message names the file; restore or remove it.',
    exitCodes.software,
  ),
  QUOTA_EXCEEDED: entry(
    'A minion asked the master to keep more than it keeps for one minion.',
    'See `keep_call_bytes` and `keep_jobs_bytes` of the master, and what fills its disk.',
  ),
  STORE_FAILED: entry(
    'The job store could not be opened or written.',
    'Check free space and owner of `cachedir`.',
    exitCodes.cannotCreate,
  ),
  // frozen releases
  UPDATE_INVALID: entry(
    'A release, or what describes one, is not what it should be: a name, a manifest, an archive or a file.',
    'The message names it. Nothing of it is installed; publish the release again.',
  ),
  UPDATE_NOT_FOUND: entry(
    'No source of releases offers this version for this platform.',
    'Compare with what the message lists, and with the contents of `update_url`.',
    exitCodes.unavailable,
  ),
  UPDATE_UNTRUSTED: entry(
    'The metadata of a repository of releases is not signed as it has to be, is expired, or is older than what was seen before.',
    'Sign and publish the repository again; if nobody forgot to, somebody may be between it and this machine.',
  ),
  UPDATE_UNREACHABLE: entry(
    'The source of releases cannot be reached, or does not answer in time.',
    'Check `update_url`, and that the server behind it answers.',
    exitCodes.temporary,
  ),
  UPDATE_FAILED: entry(
    'A version that was fetched whole does not start on this machine, or cannot be switched to.',
    'The message says why. The version that ran before still runs.',
  ),
  NOT_FROZEN: entry(
    'This is not a frozen release, so it cannot update itself.',
    'Update a package with the package manager, and a clone with git.',
    exitCodes.unavailable,
  ),
  // wire
  FRAME_MALFORMED: entry(
    'A frame has a bad first byte, version, kind, length or field.',
    'The peer is not ours, or of another version.',
  ),
  FRAME_REPLAYED: entry(
    'A sealed frame carries a counter that does not rise.',
    'Something between the two ends repeats or reorders frames.',
  ),
  SEAL_BROKEN: entry(
    'A sealed frame does not open under the session key.',
    'The frame was altered, or belongs to another session.',
  ),
  SIGNATURE_INVALID: entry('A signature does not verify.', 'The sender does not own the key it names.'),
  VERSION_REFUSED: entry(
    'The peer speaks a protocol version below the minimum.',
    'Upgrade the older side.',
    exitCodes.unavailable,
  ),
  MASTER_UNRESOLVED: entry(
    'The name of the master does not resolve to an address.',
    'Correct the option `master` of the minion, or the name service; `getent hosts <name>` asks as the minion does.',
    exitCodes.unavailable,
  ),
  HANDSHAKE_TIMEOUT: entry(
    'The master did not answer a handshake in time.',
    'Check address, ports and firewall; `salt-minion -l debug` shows each attempt.',
    exitCodes.unavailable,
  ),
  SESSION_LOST: entry(
    'The session with the master ended while a request was under way.',
    'It is made again by itself; repeat the request.',
    exitCodes.unavailable,
  ),
  REQUEST_TIMEOUT: entry(
    'The master did not answer a request in time.',
    'Look at the load of the master; try again.',
    exitCodes.unavailable,
  ),
  REQUEST_UNKNOWN: entry(
    'A request name is not in the table of handlers.',
    'The peer is newer, or not ours.',
  ),
  REQUEST_DENIED: entry(
    'The sender may not make this request.',
    'Run it as a user that is allowed to.',
    exitCodes.noPermission,
  ),
  REQUEST_INVALID: entry(
    'A request has missing, unknown or mistyped fields.',
    'The message names the field.',
  ),
  REQUEST_FAILED: entry('A handler failed.', 'The log of the master has the cause.', exitCodes.software),
  BUSY: entry(
    'A bounded queue is full.',
    'Try again a little later; the counters of the master say which queue.',
    exitCodes.temporary,
  ),
  // keys
  KEY_PENDING: entry(
    'The key of this minion waits for acceptance.',
    'On the master: `salt-key -a <id>`.',
    exitCodes.temporary,
  ),
  KEY_REJECTED: entry(
    'The master rejected the key of this minion.',
    'On the master: `salt-key -d <id>`, then restart the minion.',
    exitCodes.noPermission,
  ),
  KEY_DENIED: entry(
    'The master knows another key under this id.',
    'If this machine was reinstalled: `salt-key -d <id>` on the master; else give it another `id`.',
    exitCodes.noPermission,
  ),
  MASTER_FULL: entry(
    'The master holds as many keys or pending keys as it may.',
    'Accept or delete keys, or raise `max_minions`.',
    exitCodes.temporary,
  ),
  MASTER_KEY_CHANGED: entry(
    'The master shows another identity than the pinned one.',
    'If the master was reinstalled, delete the pinned key named in the message; else somebody stands between.',
    exitCodes.noPermission,
  ),
  MASTER_FINGER_MISMATCH: entry(
    'The key of the master does not have the configured `master_finger`.',
    'Compare with `salt-key -F master` on the master.',
    exitCodes.incomplete,
  ),
  // jobs
  MASTER_UNREACHABLE: entry(
    'The local master does not answer.',
    'Start `salt-master`; check `sock_dir` and the config directory given with `-c`.',
    exitCodes.noReturn,
  ),
  CLIENT_NOT_ALLOWED: entry(
    'This user has no key of the running master.',
    'Run as root or as the user the master runs as.',
    exitCodes.noReturn,
  ),
  FUNCTION_UNKNOWN: entry(
    'A function does not exist on the minion, or its module declined.',
    'See `salt <id> sys.list_functions`.',
    exitCodes.notAvailable,
  ),
  ARGUMENTS_INVALID: entry(
    'A function was called with arguments it does not take.',
    'See `salt <id> sys.doc <function>`.',
  ),
  COMMAND_FAILED: entry('A module could not do its work.', 'The message says what failed.'),
  FUNCTION_LOST: entry(
    'A function of a site took its process with it, or was ended: it crashed, looped or took too much memory.',
    'Repair the module; the message says how its process ended. What the function had done by then is not known.',
  ),
  JOB_ABORTED: entry(
    'A job ended without a result: killed, crashed, or its minion stopped.',
    'Start it again if it should run.',
  ),
  MODULE_INVALID: entry(
    'A module does not keep the contract of its kind.',
    'The message names file and rule.',
    exitCodes.software,
  ),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue

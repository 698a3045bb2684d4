// SPDX-License-Identifier: Apache-2.0
import { mergeStrategies } from '../values/strategy-names.ts'
import { databases } from './databases.ts'
import { fileBackends } from './file-backends.ts'
import { gitPillar } from './git-pillar.ts'
import { atRestart, type OptionGroups, row } from './row.ts'
import {
  amount,
  boolean,
  choice,
  count,
  either,
  idText,
  integer,
  list,
  logLevel,
  logLevelOrEmpty,
  map,
  path,
  port,
  secret,
  text,
  textList,
  textListMap,
  textMap,
} from './value-types.ts'
import { windowsPackages, windowsPackagesOfMinion } from './windows-packages.ts'

const stateOutputs = choice(
  'full',
  'full_id',
  'terse',
  'terse_id',
  'mixed',
  'mixed_id',
  'changes',
  'changes_id',
  'filter',
  'filter_id',
)

/** Options that master and minion share, under Salt's names and with Salt's defaults. */
const both = {
  'Files and directories': {
    root_dir: atRestart(
      row(
        path,
        '<root>',
        'Directory that every option of type path is put below, unless it lies there already or is a default inside the directory given with `-c`. Gives a daemon a tree of its own.',
      ),
    ),
    config_dir: row(
      text,
      '<config>',
      'Directory of the main configuration file. Set by `-c`, never read from a file.',
    ),
    default_include: row(
      text,
      '<role>.d/*.conf',
      'Glob of further configuration files, relative to the main file. Read in the order of their names, after the main file.',
    ),
    include: row(
      either(text, textList),
      '',
      'One or more globs of configuration files, relative to the file that names them. Later values win.',
    ),
    extension_modules: row(
      path,
      '<cache>/<role>/extmods',
      'Where modules synced from the file server are kept.',
    ),
    module_dirs: row(textList, [], 'Further directories that are searched for modules.'),
    file_roots: row(
      textListMap,
      { base: ['<srv>/salt', '<srv>/spm/salt'] },
      'Directories that `salt://` serves, by environment. The first directory that has a file wins.',
    ),
  },
  Pillar: {
    pillar_roots: atRestart(
      row(
        textListMap,
        { base: ['<srv>/pillar', '<srv>/spm/pillar'] },
        'Directories that hold pillar sls files, by environment. `__env__` is for every environment that is not named; in its directories it stands for the name.',
      ),
      'master',
    ),
    pillarenv: atRestart(
      row(text, '', 'The one environment that pillar comes from. Empty: all of them.'),
      'master',
    ),
    pillarenv_from_saltenv: atRestart(
      row(boolean, false, 'Without a `pillarenv`, pillar comes from the environment `saltenv`.'),
      'master',
    ),
    pillar_source_merging_strategy: atRestart(
      row(
        choice(...mergeStrategies),
        'smart',
        'How the data of several pillar files and external pillars become one: `smart` and `recurse` merge maps in turn, `overwrite` and `aggregate` let the later value of a top-level key stand alone, `list` makes a list of both, `none` reads one environment alone.',
      ),
      'master',
    ),
    pillar_merge_lists: atRestart(
      row(
        boolean,
        false,
        'Join lists that several pillar files have under one key; else the last one stands alone.',
      ),
      'master',
    ),
    pillar_includes_override_sls: atRestart(
      row(
        boolean,
        false,
        'What a pillar file includes wins over what stands in the file; else the file wins.',
      ),
      'master',
    ),
    pillar_opts: atRestart(
      row(
        boolean,
        false,
        'Give each minion the options of the master, below the pillar key `master`. They may hold secrets.',
      ),
      'master',
    ),
    ext_pillar: atRestart(
      row(list, [], 'External pillars, in their order: maps of a name to its settings.'),
      'master',
    ),
    ext_pillar_first: atRestart(
      row(
        boolean,
        false,
        'Ask the external pillars before the files, which then see that data and win over it.',
      ),
      'master',
    ),
    exclude_ext_pillar: atRestart(
      row(
        textList,
        [],
        'External pillars that are left out, as on a masterless minion with the configuration of others.',
      ),
      'master',
    ),
    on_demand_ext_pillar: atRestart(
      row(
        textList,
        ['libvirt', 'virtkey'],
        'External pillars that a minion may ask for with settings of its own (`pillar.ext`). What a minion sends reaches the code of these.',
      ),
      'master',
    ),
    decrypt_pillar: atRestart(
      row(
        either(list, map),
        [],
        'Keys of the pillar that are decrypted on their way: paths, or maps of a path to the renderers.',
      ),
      'master',
    ),
    decrypt_pillar_delimiter: atRestart(row(text, ':', 'What separates the keys of those paths.'), 'master'),
    decrypt_pillar_default: atRestart(
      row(text, 'gpg', 'Renderer that decrypts where `decrypt_pillar` names none.'),
      'master',
    ),
    decrypt_pillar_renderers: atRestart(
      row(textList, ['gpg'], 'Renderers that may decrypt pillar.'),
      'master',
    ),
  },
  'Templates and sls files': {
    renderer: row(text, 'jinja|yaml', 'Renderers of a file whose first line names none.'),
    renderer_blacklist: row(textList, [], 'Renderers that no file may use.'),
    renderer_whitelist: row(textList, [], 'If not empty: the only renderers that files may use.'),
    jinja_env: row(
      map,
      {},
      'Syntax of templates that are no sls files: `trim_blocks`, `lstrip_blocks`, `keep_trailing_newline`, `newline_sequence`, `line_statement_prefix`, `line_comment_prefix`, and `block_start_string` and its kind.',
    ),
    jinja_sls_env: row(map, {}, 'The same for sls files.'),
    jinja_trim_blocks: row(boolean, false, 'Sets `trim_blocks` for both. Older than `jinja_env`.'),
    jinja_lstrip_blocks: row(boolean, false, 'Sets `lstrip_blocks` for both. Older than `jinja_env`.'),
    gpg_keydir: row(path, '<config>/gpgkeys', 'Directory of the keys that the renderer `gpg` decrypts with.'),
    gpg_decrypt_must_succeed: row(
      boolean,
      true,
      'Fail for a message that the renderer `gpg` cannot decrypt; else it stays as it is.',
    ),
  },
  'File server': {
    file_ignore_glob: row(
      either(text, textList),
      [],
      'Shell patterns of files that are not served; `*` matches `/` too. They are held against the path below the root and the whole path.',
    ),
    file_ignore_regex: row(
      either(text, textList),
      [],
      'Regular expressions of files that are not served, found anywhere in those paths.',
    ),
    fileserver_followsymlinks: row(
      boolean,
      true,
      'List what lies in directories that symbolic links lead to. Links that lead out of the roots of an environment are never followed.',
    ),
    fileserver_ignoresymlinks: row(boolean, false, 'Serve nothing that is reached through a symbolic link.'),
    fileserver_limit_traversal: row(
      boolean,
      false,
      'List only what lies in directories that hold sls files or whose names begin with `_`.',
    ),
  },
  'Files from the web': {
    http_connect_timeout: row(amount('seconds'), 20, 'How long a server may take to accept a connection.'),
    http_request_timeout: row(amount('seconds'), 3600, 'How long a transfer may take as a whole.'),
    http_max_body: row(count('bytes'), 107374182400, 'Most that is fetched from one URL.'),
    proxy_host: row(text, '', 'Host of a proxy for `http://` and `https://`. Empty: none.'),
    proxy_port: row(port, 0, 'Its port.'),
    proxy_username: row(text, '', 'User it is told.'),
    proxy_password: row(secret(text), '', 'Password of that user.'),
    no_proxy: row(textList, [], 'Hosts and domains that are reached without the proxy.'),
    verify_ssl: row(boolean, true, 'Whether servers have to prove who they are.'),
    ca_bundle: row(text, '', 'File with the certificates that are believed. Empty: those of this program.'),
    user_agent: row(text, 'Halite', 'The name that web servers are given.'),
  },
  'Modules from the file server': {
    clean_dynamic_modules: row(
      boolean,
      true,
      'Remove synced modules that the file server does not have any more.',
    ),
    extmod_whitelist: row(
      textListMap,
      {},
      'Modules that are synced and no others, by kind: `modules: [one, two]`.',
    ),
    extmod_blacklist: row(textListMap, {}, 'Modules that are not synced, by kind.'),
  },
  Process: {
    drain_timeout: row(
      amount('seconds'),
      1,
      'How long a daemon that stops waits for the jobs or runners it has begun, before it ends them. Not an option of Salt.',
    ),
    user: atRestart(row(text, '<user>', 'User the daemon runs as. By default the user who starts it.')),
    verify_env: row(
      boolean,
      true,
      'Create missing directories at start and correct their owner and permissions.',
    ),
    permissive_ids: row(
      boolean,
      false,
      'Let minion ids hold letters and digits of every script, and `~ = %`. Set it on the master and on those minions. Not an option of Salt.',
    ),
    hash_type: row(
      choice('sha256', 'sha384', 'sha512', 'sha224', 'sha1', 'md5'),
      'sha256',
      'Hash that compares files of the file server.',
    ),
    ipv6: atRestart(
      row(
        boolean,
        false,
        'Listen on IPv6 and prefer it when names are resolved. An IPv6 address decides by itself.',
      ),
    ),
    providers: row(textMap, {}, 'Modules forced for a virtual name: `pkg: aptpkg`.'),
    tcp_keepalive: row(boolean, true, 'Whether the system probes idle connections.'),
    tcp_keepalive_idle: row(
      integer,
      300,
      "Seconds without traffic before the first probe; -1 for the system's value.",
    ),
    tcp_keepalive_cnt: row(integer, -1, "Lost probes that end a connection; -1 for the system's value."),
    tcp_keepalive_intvl: row(integer, -1, "Seconds between probes; -1 for the system's value."),
  },
  Log: {
    log_level: row(logLevel, 'warning', 'Least serious level shown on the terminal.'),
    log_level_logfile: row(
      logLevelOrEmpty,
      '',
      'Least serious level written to the log file. Empty: as `log_level`.',
    ),
    log_format: row(
      choice('text', 'json'),
      'text',
      'Form of log lines: text for people, or one JSON object per line. Not an option of Salt.',
    ),
  },
  Output: {
    output: row(text, '', 'Outputter used where a function does not choose one. Empty: nested.'),
    color: row(boolean, true, 'Colour what is printed on a terminal.'),
    state_output: row(stateOutputs, 'full', 'How much of each state is printed.'),
    state_verbose: row(boolean, true, 'Print states that succeeded without changes too.'),
    state_output_diff: row(boolean, false, 'Print only states that changed something or failed.'),
    state_output_profile: row(boolean, true, 'Print when each state began and how long it took.'),
    state_output_pct: row(boolean, false, 'Print how many states in a hundred succeeded and failed.'),
    state_output_exclude: row(
      either(text, textList),
      [],
      'Results that `state_output: filter` leaves out: True, False, None.',
    ),
    state_output_terse: row(
      either(text, textList),
      [],
      'Results that `state_output: filter` prints in one line.',
    ),
    state_tabular: row(
      either(boolean, text),
      false,
      "Print the lines of `terse` in columns; or a format of Python's for them.",
    ),
    state_compress_ids: row(boolean, false, 'Print the states of one id and one result as one.'),
  },
  States: {
    test: row(boolean, false, 'States say what they would change, and change nothing.'),
    failhard: row(boolean, false, 'End a run at the first state that fails.'),
    state_top: row(text, 'top.sls', 'Path of the top file in every environment.'),
    state_top_saltenv: row(text, '', 'The only environment whose top file is read. Empty: all.'),
    top_file_merging_strategy: row(
      choice('merge', 'same', 'merge_all'),
      'merge',
      'How top files of several environments become one.',
    ),
    default_top: row(
      text,
      'base',
      'With `same`: the environment whose top file stands in for one that has none.',
    ),
    env_order: row(textList, [], 'The environments that top files are read from, in this order. Empty: all.'),
    state_auto_order: row(boolean, true, 'Run states in the order in which they are written.'),
    state_aggregate: row(
      either(boolean, textList),
      false,
      'Let one state do the work of several of its module: for all modules, or for these.',
    ),
    state_events: row(boolean, false, 'Report each state to the master as it ends.'),
    allow_undefined: row(boolean, false, 'Names that templates do not know print as nothing.'),
  },
  ...fileBackends,
  ...gitPillar,
  ...databases,
  ...windowsPackages,
} satisfies OptionGroups

/** Options of the master alone. */
const master = {
  'Files of the master': {
    conf_file: row(text, '<config>/master', 'The main configuration file. Never read from a file.'),
    pki_dir: atRestart(
      row(path, '<config>/pki/master', "Keys: the master's identity and the public keys of its minions."),
    ),
    cachedir: atRestart(row(path, '<cache>/master', 'Job store, minion data, keys of local clients.')),
    sock_dir: atRestart(
      row(
        path,
        '<run>/salt/master',
        'Sockets of local clients. The whole path of a socket must fit 107 bytes.',
      ),
    ),
    log_file: atRestart(row(path, '<log>/master', 'Log file.')),
    pidfile: atRestart(row(path, '<run>/salt-master.pid', 'Holds the process id of the daemon.')),
  },
  'Network of the master': {
    interface: atRestart(row(text, '0.0.0.0', 'Address to listen on.')),
    publish_port: atRestart(row(port, 4505, 'Port that minions receive jobs from.')),
    ret_port: atRestart(row(port, 4506, 'Port that takes requests and returns.')),
    zmq_backlog: atRestart(
      row(count('connections'), 1000, 'Length of the queue of connections not yet taken by the listener.'),
    ),
    pub_hwm: atRestart(
      row(
        count('messages'),
        1000,
        'Publications queued for one slow minion; what goes over is sent again later.',
      ),
    ),
    max_open_files: row(count(), 100000, 'Limit of open files asked of the system. Each minion takes two.'),
    open_files_reserve: row(
      count(),
      512,
      'Open files that connections of the network leave to disk, keys and local clients; at most half of the limit. Not an option of Salt.',
    ),
    max_connections: row(
      count('connections'),
      0,
      'Connections of the network at a time, on both ports together; 0 for what the limit of open files allows. Not an option of Salt.',
    ),
    max_connections_per_address: row(
      count('connections'),
      20000,
      'Connections of one address at a time, minions behind one gateway included; of IPv6 of one /64 network. Not an option of Salt.',
    ),
    max_unproven_connections: row(
      count('connections'),
      2048,
      'Connections at a time that have proved no session; the oldest makes room. Not an option of Salt.',
    ),
    max_unproven_connections_per_address: row(
      count('connections'),
      1024,
      'The same of one address. Not an option of Salt.',
    ),
    unproven_connection_timeout: row(
      count('seconds'),
      30,
      'How long a connection may stay without a session. Not an option of Salt.',
    ),
    max_waiting_bytes: row(
      count('bytes'),
      8388608,
      'Bytes that may wait for one peer that reads slowly, beside the frame being sent; above, its connection ends. Not an option of Salt.',
    ),
    max_unfinished_bytes: row(
      count('bytes'),
      268435456,
      'Memory for large frames that have arrived in part, of all minions together; a peer that needs more waits. Not an option of Salt.',
    ),
    worker_threads: row(count(), 5, 'Workers for what is heavy on the processor.'),
    max_event_size: row(
      count('bytes'),
      1048576,
      'Largest message taken from a minion, beside what jobs return: grains, events and other requests.',
    ),
    session_bytes_per_second: row(
      count('bytes'),
      8388608,
      'Bytes a second that one session may send in the long run; above, it is read more slowly. Not an option of Salt.',
    ),
    session_work_per_second: row(
      count('milliseconds'),
      200,
      'Time of the master that one session may take of each second; above, it is read more slowly. Not an option of Salt.',
    ),
  },
  'Keys and trust': {
    auto_accept: row(
      boolean,
      false,
      'Accept every new key. Whoever reaches the master is then a minion of it.',
    ),
    open_mode: row(boolean, false, 'Accept every key, changed ones too. Turns authentication off.'),
    autosign_file: row(
      path,
      '<config>/autosign.conf',
      'Globs or regular expressions of ids whose keys are accepted, one per line.',
    ),
    autoreject_file: row(
      path,
      '<config>/autoreject.conf',
      'Globs or regular expressions of ids whose keys are rejected, one per line.',
    ),
    permissive_pki_access: row(boolean, false, 'Let the group read keys and write `autosign_file`.'),
    max_minions: row(
      count('minions'),
      0,
      'Accepted keys beyond which new minions are refused as the master is full; 0 for no limit.',
    ),
    max_pending_keys: row(
      count('keys'),
      10000,
      'Pending and denied keys kept at most; more are turned away and counted. Not an option of Salt.',
    ),
    max_pending_keys_per_address: row(
      count('keys'),
      1000,
      'The same from one address, where it is known; 0 for no limit. Not an option of Salt.',
    ),
    pending_key_timeout: row(
      count('seconds'),
      3600,
      'When there are `max_pending_keys`, keys not shown for so long make room for others. Not an option of Salt.',
    ),
    allow_minion_key_revoke: row(
      boolean,
      true,
      'Let a minion ask for its key to be deleted (`saltutil.revoke_auth`).',
    ),
    rotate_aes_key: row(
      boolean,
      true,
      'Change the key of publications when a minion key is deleted or rejected.',
    ),
    publish_session: atRestart(row(count('seconds'), 86400, 'Life of a key of publications.')),
    publisher_acl: row(
      map,
      {},
      'Users, or globs of them, and the functions that each may call without being root.',
    ),
  },
  Jobs: {
    timeout: row(
      amount('seconds'),
      5,
      'How long `salt` waits before it asks which minions still work on a job.',
    ),
    gather_job_timeout: row(amount('seconds'), 10, 'How long the answer to that question may take.'),
    batch_safe_limit: row(
      count('minions'),
      0,
      'Number of targeted minions from which on `salt` goes round in groups; 0 never does.',
    ),
    batch_safe_size: row(
      either(count('minions'), text),
      8,
      'How many minions run a job at a time then: a number, or a share as `10%`.',
    ),
    job_cache: row(
      boolean,
      true,
      'Keep jobs and their returns. Without it they are passed on to whoever waits, and are not known afterwards.',
    ),
    keep_jobs_seconds: row(
      count('seconds'),
      86400,
      'Age at which a job is dropped from the store; 0 keeps it.',
    ),
    keep_jobs_bytes: row(
      count('bytes'),
      4294967296,
      'Size of the job store beyond which room is made: returns of minions that take far more than others go first, then the oldest jobs; 0 for no limit. Not an option of Salt.',
    ),
    keep_jobs_free_bytes: row(
      count('bytes'),
      67108864,
      'Free space on the disk of `cachedir` below which calls made on minions are not kept. Not an option of Salt.',
    ),
    keep_call_bytes: row(
      count('bytes'),
      67108864,
      'Bytes of calls made on a minion itself (`salt-call`) that are kept for each minion in an hour; more are refused; 0 for no limit. Not an option of Salt.',
    ),
    minion_data_cache: row(
      boolean,
      true,
      'Keep the grains of minions on disk, so that targets can be resolved before they connect again.',
    ),
    pillar_safe_render_error: atRestart(
      row(boolean, true, 'Tell a minion only where its pillar is wrong; what stands there goes to the log.'),
    ),
    enforce_mine_cache: atRestart(
      row(boolean, false, 'Keep the mine on disk even where `minion_data_cache` is off.'),
    ),
    mine_get: atRestart(
      row(
        map,
        {},
        'Who may read what of the mine: regular expressions of minion ids, with lists of those of names. Empty: everybody may read all that its owner allows.',
      ),
    ),
    mine_max_bytes: atRestart(
      row(
        count('bytes'),
        4194304,
        'Most that one minion may have in the mine; more is refused. Not an option of Salt.',
      ),
    ),
    pillar_workers: atRestart(
      row(
        count('threads'),
        0,
        'Threads that compile pillar. 0: as many as the machine has processors, two at least and four at most. Not an option of Salt.',
      ),
    ),
    pillar_cache: atRestart(
      row(
        boolean,
        false,
        'Keep compiled pillars and hand them out unseen until `pillar_cache_ttl` is over or they are cleared. Without it, what is kept is checked against files and grains each time, and external pillars are asked each time.',
      ),
    ),
    pillar_cache_ttl: atRestart(row(count('seconds'), 3600, 'How long `pillar_cache` keeps a pillar.')),
    pillar_cache_backend: atRestart(
      row(
        choice('disk', 'memory'),
        'disk',
        'Where `pillar_cache` keeps pillars; on disk they lie unencrypted, and outlive the master.',
      ),
    ),
    grains_max_bytes: row(
      count('bytes'),
      1048576,
      'Grains of one minion above this size are not kept: grain targets are then left to that minion. Not an option of Salt.',
    ),
    grains_max_values: row(
      count('values'),
      10000,
      'The same for the number of values, those inside lists and maps counted. Not an option of Salt.',
    ),
    nodegroups: row(map, {}, 'Names for targets: compound expressions, or lists of them.'),
    presence_events: row(boolean, false, 'Fire events when minions connect or leave.'),
    loop_interval: row(amount('seconds'), 60, 'Pause between rounds of maintenance.'),
  },
  'Files from minions': {
    file_recv: row(
      boolean,
      false,
      'Take the files that minions send with `cp.push`. They are kept below `minions/<id>/files` of `cachedir`.',
    ),
    file_recv_max_size: row(count('MiB'), 100, 'Size of the largest file that is taken.'),
    file_recv_free_bytes: row(
      count('bytes'),
      1073741824,
      'Free space on the disk of `cachedir` below which no file of a minion is taken. Not an option of Salt.',
    ),
    salt_cp_chunk_size: row(
      count('bytes'),
      98304,
      'Size of the parts in which `salt-cp --chunked` sends a file.',
    ),
  },
  'What salt prints': {
    show_timeout: row(boolean, true, 'Name the minions that did not return.'),
    show_jid: row(boolean, false, 'Print the jid of each job.'),
    cli_summary: row(boolean, false, 'End with counts of minions targeted, returned and missing.'),
  },
} satisfies OptionGroups

/** Options of the minion alone. */
const minion = {
  'Files of the minion': {
    conf_file: row(text, '<config>/minion', 'The main configuration file. Never read from a file.'),
    pki_dir: atRestart(
      row(path, '<config>/pki/minion', "Keys: the minion's identity and the pinned key of its master."),
    ),
    cachedir: atRestart(
      row(path, '<cache>/minion', 'Fetched files, unsent returns, records of running jobs.'),
    ),
    sock_dir: atRestart(
      row(path, '<run>/salt/minion', 'Local sockets. The whole path of a socket must fit 107 bytes.'),
    ),
    log_file: atRestart(row(path, '<log>/minion', 'Log file.')),
    pidfile: atRestart(row(path, '<run>/salt-minion.pid', 'Holds the process id of the daemon.')),
  },
  Identity: {
    id: atRestart(row(idText, '', 'Name of this minion. Empty: guessed from the host name.')),
    minion_id_caching: row(
      boolean,
      true,
      'Keep a guessed id in the file `minion_id` of the configuration directory.',
    ),
    minion_id_lowercase: row(boolean, false, 'Put a guessed id in lower case.'),
    minion_id_remove_domain: row(
      either(boolean, text),
      false,
      'Cut a guessed id at its first dot (`True`), or take this domain from its end.',
    ),
    append_domain: row(text, '', 'Domain put behind the id, unless the id is an address or ends with it.'),
  },
  'Way to the master': {
    master: atRestart(
      row(either(text, textList), 'salt', 'Host name or address of the master; a list names several.'),
    ),
    master_port: atRestart(row(port, 4506, 'Port of the master that takes requests and returns.')),
    publish_port: row(port, 4505, 'Port of the master that jobs come from, where the master does not say.'),
    master_finger: row(
      text,
      '',
      "Fingerprint that the master's key must have, as `salt-key -F master` prints it.",
    ),
    verify_master_pubkey_sign: row(boolean, false, "Ask for a signature of the master's key."),
    retry_dns: row(
      count('seconds'),
      30,
      'Pause before the name of a master that does not resolve is tried again; 0: the minion ends instead.',
    ),
    retry_dns_count: row(
      integer,
      -1,
      'How often such a name is tried again before the minion ends; -1 for no end.',
    ),
    master_tries: row(
      integer,
      -1,
      'Tries to reach the master before the minion ends, each of `auth_tries` handshakes; -1 for no end.',
    ),
    auth_timeout: row(amount('seconds'), 5, 'How long the answer to a handshake may take.'),
    auth_tries: row(count(), 7, 'Handshakes without an answer that count as one try of `master_tries`.'),
    acceptance_wait_time: row(
      amount('seconds'),
      10,
      'Pause before a minion whose key is pending asks again.',
    ),
    acceptance_wait_time_max: row(
      amount('seconds'),
      0,
      'Longest such pause; each one is twice as long as the last. 0: all are `acceptance_wait_time`.',
    ),
    rejected_retry: row(boolean, false, 'Keep asking after the master rejected the key, instead of ending.'),
    random_reauth_delay: row(
      amount('seconds'),
      10,
      'A lost session is made again after a random part of this time.',
    ),
    recon_default: row(count('milliseconds'), 1000, 'Shortest pause between attempts to connect.'),
    recon_max: row(count('milliseconds'), 10000, 'Longest pause between attempts to connect.'),
    recon_randomize: row(boolean, true, 'Vary the pauses, so that a fleet does not return at one moment.'),
    request_channel_timeout: row(
      amount('seconds'),
      60,
      'How long any request to the master may take at most.',
    ),
  },
  'Jobs of the minion': {
    multiprocessing: row(boolean, true, 'Run jobs in processes of their own.'),
    job_memory_max: row(
      integer,
      -1,
      'Memory in MiB that the process of a job may grow to before it is ended; -1 for half of the machine, 0 for no limit.',
    ),
    site_code_blocked_max: row(
      amount('seconds'),
      30,
      'Time that code of a site may compute in a state without a pause before that state fails; 0 for no limit.',
    ),
    site_code_time_max: row(
      amount('seconds'),
      0,
      'Time that one call of code of a site may take in a state before that state fails; 0 for no limit.',
    ),
    process_count_max: atRestart(
      row(integer, -1, 'Jobs that run at the same time, the rest waits; -1 for no limit.'),
    ),
    return_retry_timer: row(
      amount('seconds'),
      5,
      'Shortest pause before a return that was not acknowledged is sent again.',
    ),
    return_retry_timer_max: row(
      amount('seconds'),
      10,
      'Longest such pause; the pause is random between the two.',
    ),
    return_retry_tries: row(
      count(),
      3,
      'Attempts in a row; a return that is left stays on disk and goes out with the next session.',
    ),
    minion_jid_queue_hwm: row(
      count(),
      100,
      'Jids remembered, so that no job runs twice; never less than 1,000.',
    ),
    cmd_safe: row(
      boolean,
      true,
      'With False, `cmd` functions that modules call go through a shell unless told otherwise.',
    ),
    startup_states: row(
      choice('', 'highstate', 'sls', 'top'),
      '',
      'States to run when the daemon starts: highstate, sls or top. Empty: none.',
    ),
    loop_interval: row(amount('seconds'), 1, 'Pause between rounds of maintenance.'),
    update_url: row(
      either(boolean, text),
      false,
      'Where a frozen minion finds new releases: the URL of a signed repository. With `update_verify: False` a page that links to zip files, or a directory. False: no updates.',
    ),
    update_restart_services: row(
      textList,
      [],
      'Services that are restarted after an update. The minion of a frozen release restarts itself.',
    ),
    update_verify: row(
      boolean,
      true,
      'Whether releases have to come from a signed repository. With False whoever answers at `update_url` can run anything on this machine. Not an option of Salt.',
    ),
    update_trust_root: row(
      text,
      '',
      'The trusted root of the signed repository, its `metadata/1.root.json`. Empty: `trust/root.json` in the directory of the frozen release. Not an option of Salt.',
    ),
    update_health_timeout: row(
      amount('seconds'),
      60,
      'How long a new release may take to reach a master, before the one before it starts again. Not an option of Salt.',
    ),
  },
  Mine: {
    mine_enabled: row(boolean, true, 'Whether the mine is updated by itself.'),
    mine_functions: row(
      map,
      {},
      'What the minion puts into the mine: functions with their arguments, or names with `mine_function` among them; `allow_tgt` and `allow_tgt_type` say who may read it. The pillar may have more of them.',
    ),
    mine_interval: row(amount('minutes'), 60, 'Pause between updates of the mine.'),
    mine_return_job: row(boolean, false, 'Whether the master keeps these updates among its jobs.'),
  },
  Grains: {
    grains: row(map, {}, 'Static grains of this minion.'),
    grains_cache: row(boolean, false, 'Keep grains on disk and read them from there.'),
    grains_cache_expiration: row(count('seconds'), 300, 'Age at which kept grains are collected again.'),
    grains_refresh_every: row(count('minutes'), 0, 'Pause between refreshes of grains; 0 for none.'),
  },
  'Files from the master': {
    pillar_raise_on_missing: row(
      boolean,
      false,
      'Let `pillar.get` fail when there is nothing under a key and no default is given.',
    ),
    saltenv: row(text, '', 'Environment of files whose URL names none. Empty: `base`.'),
    lock_saltenv: row(boolean, false, 'A run of states cannot choose another environment.'),
    state_queue: row(
      either(boolean, count()),
      false,
      'A run of states waits until others have ended; a number: when fewer than so many wait.',
    ),
    state_max_parallel: row(count(), 0, 'Most states with `parallel` that run at one time. 0: no bound.'),
    disabled_requisites: row(either(text, textList), [], 'Requisites that count for nothing.'),
    global_state_conditions: row(
      map,
      {},
      'State, or module, or `*`, to a list of compound targets: it runs only where one selects the minion.',
    ),
    disable_states: row(textList, [], 'State modules that do not load.'),
    file_client: row(
      choice('remote', 'local'),
      'remote',
      'Where `salt://` comes from: the master, or `file_roots` of this machine.',
    ),
    disable_modules: row(list, [], 'Execution modules that are not loaded.'),
    autoload_dynamic_modules: row(boolean, true, 'Sync modules from the file server before a highstate.'),
  },
  ...windowsPackagesOfMinion,
} satisfies OptionGroups

/**
 * The one table of options. The loader, the types `MasterOptions` and `MinionOptions`, `config/*` and
 * `docs/reference/*-options.md` all come from it. An option is added here and nowhere else.
 */
export const optionTable = { both, master, minion }

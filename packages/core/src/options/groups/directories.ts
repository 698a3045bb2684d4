// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { either, path, text, textList } from '../value-types.ts'

/** Directories and configuration files of both daemons. */
export const directories = {
  'Files and directories': {
    root_dir: atRestart(
      row(
        path,
        '<root>',
        'Directory that every option of type path is placed under, unless the path is already inside it or is a default inside the directory given with `-c`. Gives a daemon its own directory tree. A leading `~/` stands for the home directory of whoever runs the program.',
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
      'Glob of additional configuration files, relative to the main file. They are read in alphabetical order, after the main file.',
    ),
    include: row(
      either(text, textList),
      '',
      'One or more globs of configuration files, relative to the file that names them. Later values win.',
    ),
  },
}

/** Directories and files of the master. */
export const directoriesOfMaster = {
  'Files of the master': {
    conf_file: row(text, '<config>/master', 'The main configuration file. Never read from a file.'),
    pki_dir: atRestart(
      row(path, '<config>/pki/master', "Keys: the master's identity and the public keys of its minions."),
    ),
    cachedir: atRestart(row(path, '<cache>/master', 'Job store, minion data, and keys of local clients.')),
    sock_dir: atRestart(
      row(
        path,
        '<run>/salt/master',
        'Sockets for local clients. The full path of a socket is limited to 107 bytes.',
      ),
    ),
    log_file: atRestart(row(path, '<log>/master', 'Log file.')),
    pidfile: atRestart(
      row(path, '<run>/salt-master.pid', 'File that contains the process id of the daemon.'),
    ),
  },
}

/** Directories and files of the minion. */
export const directoriesOfMinion = {
  'Files of the minion': {
    conf_file: row(text, '<config>/minion', 'The main configuration file. Never read from a file.'),
    pki_dir: atRestart(
      row(path, '<config>/pki/minion', "Keys: the minion's identity and the pinned key of its master."),
    ),
    cachedir: atRestart(
      row(
        path,
        '<cache>/minion',
        'Fetched files, returns not yet acknowledged, and records of running jobs.',
      ),
    ),
    sock_dir: atRestart(
      row(path, '<run>/salt/minion', 'Local sockets. The full path of a socket is limited to 107 bytes.'),
    ),
    log_file: atRestart(row(path, '<log>/minion', 'Log file.')),
    pidfile: atRestart(
      row(path, '<run>/salt-minion.pid', 'File that contains the process id of the daemon.'),
    ),
  },
}

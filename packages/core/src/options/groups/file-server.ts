// SPDX-License-Identifier: Apache-2.0
import { row } from '../row.ts'
import { boolean, choice, count, either, text, textList, textListMap } from '../value-types.ts'

/** What the file server serves. */
export const fileServer = {
  'File server': {
    file_roots: row(
      textListMap,
      { base: ['<srv>/salt', '<srv>/spm/salt'] },
      'Directories that `salt://` serves, by environment. If several directories contain a file, the first one wins.',
    ),
    file_ignore_glob: row(
      either(text, textList),
      [],
      'Shell patterns of files that are not served; `*` also matches `/`. A pattern is matched against both the path relative to the root and the absolute path.',
    ),
    file_ignore_regex: row(
      either(text, textList),
      [],
      'Regular expressions of files that are not served, searched for anywhere in both of those paths.',
    ),
    fileserver_followsymlinks: row(
      boolean,
      true,
      'Include directories reached through symbolic links in listings. Links that lead outside the roots of the environment are never followed.',
    ),
    fileserver_ignoresymlinks: row(
      boolean,
      false,
      'Do not serve anything that is reached through a symbolic link.',
    ),
    fileserver_limit_traversal: row(
      boolean,
      false,
      'Restrict listings to directories that contain sls files or whose names begin with `_`.',
    ),
    hash_type: row(
      choice('sha256', 'sha384', 'sha512', 'sha224', 'sha1', 'md5'),
      'sha256',
      'Hash algorithm that compares files of the file server.',
    ),
  },
}

/** Files that minions send to the master. */
export const filesFromMinions = {
  'Files from minions': {
    file_recv: row(
      boolean,
      false,
      'Accept files that minions send with `cp.push`. They are stored in `minions/<id>/files` below `cachedir`.',
    ),
    file_recv_max_size: row(count('MiB'), 100, 'Size of the largest file that is accepted.'),
    file_recv_free_bytes: row(
      count('bytes'),
      1073741824,
      'Free disk space of `cachedir` below which no file of a minion is accepted. Not an option of Salt.',
    ),
    salt_cp_chunk_size: row(
      count('bytes'),
      98304,
      'Size of the chunks in which `salt-cp --chunked` sends a file.',
    ),
  },
}

/** Where a minion gets its files from. */
export const filesOfMinion = {
  'Files from the master': {
    file_client: row(
      choice('remote', 'local'),
      'remote',
      'Where `salt://` files come from: the master, or `file_roots` of this machine.',
    ),
    saltenv: row(text, '', 'Environment for URLs and states that do not name one. Empty: `base`.'),
  },
}

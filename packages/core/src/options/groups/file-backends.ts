// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { amount, boolean, count, either, list, secret, text, textList } from '../value-types.ts'

const names = either(textList, text)

/** Backends of the file server besides `file_roots`, on the master and on a masterless minion. */
export const fileBackends = {
  'Backends of the file server': {
    fileserver_backend: atRestart(
      row(
        textList,
        ['roots'],
        'Backends in the order they are searched: `roots` (`file_roots`), `gitfs` or `git` (`gitfs_remotes`), `minionfs` or `minion` (files that minions sent with `cp.push`).',
      ),
    ),
    fileserver_update_interval: atRestart(
      row(
        count('seconds'),
        60,
        'Update interval of backends that do not have their own. Not an option of Salt.',
      ),
    ),
    roots_update_interval: atRestart(
      row(
        count('seconds'),
        0,
        'Interval at which `file_roots` are scanned for the event of `fileserver_events`; 0 for `fileserver_update_interval`. Changed files are served at once, regardless of this interval.',
      ),
    ),
    gitfs_update_interval: atRestart(
      row(
        count('seconds'),
        0,
        'Interval between fetches of the remotes; 0 for `fileserver_update_interval`. A remote can override it with `update_interval`.',
      ),
    ),
    fileserver_events: atRestart(
      row(
        boolean,
        false,
        'Fire the event `salt/fileserver/<backend>/update` after each update; its data includes `changed`.',
      ),
    ),
    minionfs_env: atRestart(row(text, 'base', 'Environment that contains the files minions sent.')),
    minionfs_mountpoint: atRestart(
      row(text, '', 'Directory in that environment under which they appear. Empty: its root.'),
    ),
    minionfs_whitelist: atRestart(
      row(names, [], 'Globs or regular expressions of minions whose files are served. Empty: all minions.'),
    ),
    minionfs_blacklist: atRestart(
      row(
        names,
        [],
        'Globs or regular expressions of minions whose files are not served. Takes precedence over `minionfs_whitelist`.',
      ),
    ),
  },
  'Files from git': {
    gitfs_remotes: atRestart(
      row(
        list,
        [],
        'Git repositories: URLs, each of which may have its own parameters. `https`, `http`, `ssh`, `git` and `file` URLs, `user@host:path`, and absolute paths.',
      ),
    ),
    gitfs_base: atRestart(row(text, 'master', 'Branch, tag or commit that is the environment `base`.')),
    gitfs_fallback: atRestart(
      row(
        text,
        '',
        'Branch or tag to use for environments that a remote has no branch or tag for. Empty: none.',
      ),
    ),
    gitfs_root: atRestart(row(text, '', 'Directory of the repository to serve. Empty: its root.')),
    gitfs_mountpoint: atRestart(
      row(text, '', 'Directory of the file server under which the repository appears. Empty: its root.'),
    ),
    gitfs_saltenv: atRestart(
      row(
        list,
        [],
        'Environments that do not map to the branch or tag of the same name: maps of an environment to a list of `ref`, `root`, `mountpoint`.',
      ),
    ),
    gitfs_disable_saltenv_mapping: atRestart(
      row(
        boolean,
        false,
        'Do not map branches and tags to environments, except for those named by `base` and `saltenv`.',
      ),
    ),
    gitfs_ref_types: atRestart(
      row(
        names,
        ['branch', 'tag', 'sha'],
        'Kinds of refs that can be environments, in the order they are tried: `branch`, `tag`, `sha` (commits).',
      ),
    ),
    gitfs_saltenv_whitelist: atRestart(
      row(names, [], 'Globs or regular expressions of environments to serve. Empty: all.'),
    ),
    gitfs_saltenv_blacklist: atRestart(
      row(
        names,
        [],
        'Globs or regular expressions of environments not to serve. Takes precedence over `gitfs_saltenv_whitelist`.',
      ),
    ),
    gitfs_refspecs: atRestart(
      row(
        names,
        ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'],
        'Git refspecs to fetch. Branches are looked up under `refs/remotes/origin/`.',
      ),
    ),
    gitfs_depth: atRestart(
      row(
        count('commits'),
        0,
        'Number of commits to fetch of each branch; 0 for the full history. Commits that were not fetched cannot be environments.',
      ),
    ),
    gitfs_ssl_verify: atRestart(
      row(
        either(boolean, text),
        true,
        'Whether to verify certificates, or the path of a file of trusted CA certificates.',
      ),
    ),
    gitfs_proxy: atRestart(row(secret(text), '', 'URL of the proxy for http(s) remotes.')),
    gitfs_user: atRestart(row(text, '', 'User for http(s) remotes.')),
    gitfs_password: atRestart(row(secret(text), '', 'Password or token for http(s) remotes.')),
    gitfs_insecure_auth: atRestart(row(boolean, false, 'Allow passwords to be sent over plain http.')),
    gitfs_privkey: atRestart(
      row(text, '', 'Path of the private key for ssh remotes. Empty: the keys that ssh finds.'),
    ),
    gitfs_pubkey: atRestart(row(text, '', 'Path of the public key. Accepted for compatibility and ignored.')),
    gitfs_passphrase: atRestart(row(secret(text), '', 'Passphrase of the private key.')),
    gitfs_global_lock: atRestart(
      row(
        boolean,
        true,
        'Respect the lock of another host that shares the cache, as long as that host refreshes it. `False` removes such a lock.',
      ),
    ),
    gitfs_lock_timeout: atRestart(
      row(
        amount('seconds'),
        0,
        'How long an update waits for a lock before it is skipped until the next interval.',
      ),
    ),
  },
}

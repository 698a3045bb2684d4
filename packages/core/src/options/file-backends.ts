// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from './row.ts'
import { amount, boolean, count, either, list, secret, text, textList } from './value-types.ts'

const names = either(textList, text)

/** Options of the master, and of a minion without one, about which files are served, beside `file_roots`. */
export const fileBackends = {
  'Backends of the file server': {
    fileserver_backend: atRestart(
      row(
        textList,
        ['roots'],
        'Where files come from, in the order they are searched: `roots` (`file_roots`), `gitfs` or `git` (`gitfs_remotes`), `minionfs` or `minion` (what minions sent with `cp.push`).',
      ),
    ),
    fileserver_update_interval: atRestart(
      row(
        count('seconds'),
        60,
        'How often backends are updated that have no interval of their own. Not an option of Salt.',
      ),
    ),
    roots_update_interval: atRestart(
      row(
        count('seconds'),
        0,
        'How often `file_roots` are looked through for the event of `fileserver_events`; 0 for `fileserver_update_interval`. Files are served as they are at any time.',
      ),
    ),
    gitfs_update_interval: atRestart(
      row(
        count('seconds'),
        0,
        'How often remotes are fetched; 0 for `fileserver_update_interval`. Each remote can have its own: `update_interval`.',
      ),
    ),
    fileserver_events: atRestart(
      row(
        boolean,
        false,
        'Fire `salt/fileserver/<backend>/update` after each update, with `changed` in its data.',
      ),
    ),
    minionfs_env: atRestart(row(text, 'base', 'The environment that shows what minions sent.')),
    minionfs_mountpoint: atRestart(
      row(text, '', 'Directory of the file server that it is shown in; empty for the top.'),
    ),
    minionfs_whitelist: atRestart(
      row(
        names,
        [],
        'Shell patterns or regular expressions of the minions whose files are served; empty for all.',
      ),
    ),
    minionfs_blacklist: atRestart(
      row(names, [], 'The same of minions whose files are not served. It comes before `minionfs_whitelist`.'),
    ),
  },
  'Files from git': {
    gitfs_remotes: atRestart(
      row(
        list,
        [],
        'Repositories: URLs, each with parameters of its own below it where it needs them. `https`, `http`, `ssh`, `git` and `file` URLs, `user@host:path`, and absolute paths.',
      ),
    ),
    gitfs_base: atRestart(row(text, 'master', 'Branch, tag or commit that is the environment `base`.')),
    gitfs_fallback: atRestart(
      row(
        text,
        '',
        'Branch or tag shown in environments that a remote has no branch or tag for. Empty for none.',
      ),
    ),
    gitfs_root: atRestart(row(text, '', 'Directory of a repository that is served; empty for all of it.')),
    gitfs_mountpoint: atRestart(
      row(text, '', 'Directory of the file server that a repository is shown in; empty for the top.'),
    ),
    gitfs_saltenv: atRestart(
      row(
        list,
        [],
        'What environments show, where that is not the branch or tag of their name: maps from an environment to a list of `ref`, `root`, `mountpoint`.',
      ),
    ),
    gitfs_disable_saltenv_mapping: atRestart(
      row(
        boolean,
        false,
        'Make no environments of branches and tags but those that `base` and `saltenv` name.',
      ),
    ),
    gitfs_ref_types: atRestart(
      row(
        names,
        ['branch', 'tag', 'sha'],
        'What may be an environment, in the order it is tried: `branch`, `tag`, `sha` for commits.',
      ),
    ),
    gitfs_saltenv_whitelist: atRestart(
      row(names, [], 'Shell patterns or regular expressions of environments that are served; empty for all.'),
    ),
    gitfs_saltenv_blacklist: atRestart(
      row(
        names,
        [],
        'The same of environments that are not served. It comes before `gitfs_saltenv_whitelist`.',
      ),
    ),
    gitfs_refspecs: atRestart(
      row(
        names,
        ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'],
        'What is fetched: refspecs of git. Branches are looked for below `refs/remotes/origin/`.',
      ),
    ),
    gitfs_depth: atRestart(
      row(
        count('commits'),
        0,
        'Commits fetched of each branch; 0 for all. Commits that were not fetched cannot be environments.',
      ),
    ),
    gitfs_ssl_verify: atRestart(
      row(
        either(boolean, text),
        true,
        'Whether certificates are verified, or the path of a file of authorities that they are verified with.',
      ),
    ),
    gitfs_proxy: atRestart(row(secret(text), '', 'URL of a proxy for http(s) remotes.')),
    gitfs_user: atRestart(row(text, '', 'User for http(s) remotes.')),
    gitfs_password: atRestart(row(secret(text), '', 'Password or token for http(s) remotes.')),
    gitfs_insecure_auth: atRestart(row(boolean, false, 'Send a password over http too.')),
    gitfs_privkey: atRestart(
      row(text, '', 'Path of the private key for ssh remotes; empty for what ssh finds.'),
    ),
    gitfs_pubkey: atRestart(row(text, '', 'Path of its public half. Not needed, and ignored.')),
    gitfs_passphrase: atRestart(row(secret(text), '', 'Passphrase of the private key.')),
    gitfs_global_lock: atRestart(
      row(
        boolean,
        true,
        'Believe the lock of another host that shares the cache, for as long as that refreshes it. `False` removes it.',
      ),
    ),
    gitfs_lock_timeout: atRestart(
      row(amount('seconds'), 0, 'How long an update waits for a lock before it gives up until the next one.'),
    ),
  },
}

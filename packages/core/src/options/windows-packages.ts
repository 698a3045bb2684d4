// SPDX-License-Identifier: Apache-2.0
import { row } from './row.ts'
import { boolean, count, either, list, secret, text, textList } from './value-types.ts'

/** Options of both daemons about definitions of Windows packages that come from git. */
export const windowsPackages = {
  'Windows packages': {
    winrepo_dir: row(
      text,
      '<srv>/salt/win/repo',
      'Directory of definitions of Windows packages, inside one of `file_roots`; `winrepo_remotes` are checked out below it.',
    ),
    winrepo_dir_ng: row(text, '<srv>/salt/win/repo-ng', 'The same for `winrepo_remotes_ng`.'),
    winrepo_cachefile: row(text, 'winrepo.p', 'Name of the file that the compiled definitions are kept in.'),
    winrepo_remotes: row(
      list,
      ['https://github.com/saltstack/salt-winrepo.git'],
      'Git repositories of definitions: URLs, with a branch in front where it is not `winrepo_branch`, and each with parameters of its own below it where it needs them.',
    ),
    winrepo_remotes_ng: row(
      list,
      ['https://github.com/saltstack/salt-winrepo-ng.git'],
      'The same, checked out below `winrepo_dir_ng`.',
    ),
    winrepo_branch: row(text, 'master', 'Branch or tag that is checked out.'),
    winrepo_fallback: row(
      text,
      '',
      'Branch or tag that is checked out where a remote lacks the other. Empty for none.',
    ),
    winrepo_refspecs: row(
      either(textList, text),
      ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'],
      'What is fetched: refspecs of git.',
    ),
    winrepo_depth: row(count('commits'), 0, 'Commits fetched of each branch; 0 for all.'),
    winrepo_ssl_verify: row(
      either(boolean, text),
      true,
      'Whether certificates are verified, or the path of a file of authorities that they are verified with.',
    ),
    winrepo_proxy: row(secret(text), '', 'URL of a proxy for http(s) remotes.'),
    winrepo_user: row(text, '', 'User for http(s) remotes.'),
    winrepo_password: row(secret(text), '', 'Password or token for http(s) remotes.'),
    winrepo_insecure_auth: row(boolean, false, 'Send a password over http too.'),
    winrepo_privkey: row(text, '', 'Path of the private key for ssh remotes; empty for what ssh finds.'),
    winrepo_pubkey: row(text, '', 'Path of its public half. Not needed, and ignored.'),
    winrepo_passphrase: row(secret(text), '', 'Passphrase of the private key.'),
  },
}

/** Options of a minion on Windows about the definitions that it has. */
export const windowsPackagesOfMinion = {
  'Packages on Windows': {
    winrepo_source_dir: row(
      text,
      'salt://win/repo-ng/',
      'Directory of the file server with the definitions of packages.',
    ),
    winrepo_cache_expire_max: row(
      count('seconds'),
      604_800,
      'Age at which definitions are fetched again before they are used.',
    ),
    winrepo_cache_expire_min: row(
      count('seconds'),
      1800,
      'Age below which `refresh=True` fetches nothing; `pkg.refresh_db` always does. 0 for none.',
    ),
    winrepo_installer_cache_expire: row(
      count('seconds'),
      0,
      'Age at which copies of installers are removed, after an installation, a removal or a refresh. 0 keeps them.',
    ),
  },
}

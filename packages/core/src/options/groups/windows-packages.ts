// SPDX-License-Identifier: Apache-2.0
import { row } from '../row.ts'
import { boolean, count, either, list, secret, text, textList } from '../value-types.ts'

/** Definitions of Windows packages, which both daemons can check out from git. */
export const windowsPackages = {
  'Windows packages': {
    winrepo_dir: row(
      text,
      '<srv>/salt/win/repo',
      'Directory of the definitions of Windows packages, inside one of `file_roots`; `winrepo_remotes` are checked out below it.',
    ),
    winrepo_dir_ng: row(text, '<srv>/salt/win/repo-ng', 'The same for `winrepo_remotes_ng`.'),
    winrepo_cachefile: row(text, 'winrepo.p', 'Name of the cache file for compiled definitions.'),
    winrepo_remotes: row(
      list,
      ['https://github.com/saltstack/salt-winrepo.git'],
      'Git repositories of definitions: URLs, preceded by a branch if it differs from `winrepo_branch`; each may have its own parameters.',
    ),
    winrepo_remotes_ng: row(
      list,
      ['https://github.com/saltstack/salt-winrepo-ng.git'],
      'Repositories that are checked out below `winrepo_dir_ng`.',
    ),
    winrepo_branch: row(text, 'master', 'Branch or tag to check out.'),
    winrepo_fallback: row(
      text,
      '',
      'Branch or tag to check out if a remote does not have the requested one. Empty: none.',
    ),
    winrepo_refspecs: row(
      either(textList, text),
      ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'],
      'Git refspecs to fetch.',
    ),
    winrepo_depth: row(
      count('commits'),
      0,
      'Number of commits to fetch of each branch; 0 for the full history.',
    ),
    winrepo_ssl_verify: row(
      either(boolean, text),
      true,
      'Whether to verify certificates, or the path of a file of trusted CA certificates.',
    ),
    winrepo_proxy: row(secret(text), '', 'URL of the proxy for http(s) remotes.'),
    winrepo_user: row(text, '', 'User for http(s) remotes.'),
    winrepo_password: row(secret(text), '', 'Password or token for http(s) remotes.'),
    winrepo_insecure_auth: row(boolean, false, 'Allow passwords to be sent over plain http.'),
    winrepo_privkey: row(
      text,
      '',
      'Path of the private key for ssh remotes. Empty: the keys that ssh finds.',
    ),
    winrepo_pubkey: row(text, '', 'Path of the public key. Accepted for compatibility and ignored.'),
    winrepo_passphrase: row(secret(text), '', 'Passphrase of the private key.'),
  },
}

/** How a minion on Windows keeps its copy of the definitions and installers. */
export const windowsPackagesOfMinion = {
  'Packages on Windows': {
    winrepo_source_dir: row(
      text,
      'salt://win/repo-ng/',
      'Directory of the package definitions on the file server.',
    ),
    winrepo_cache_expire_max: row(
      count('seconds'),
      604_800,
      'Age at which the definitions are refreshed before use.',
    ),
    winrepo_cache_expire_min: row(
      count('seconds'),
      1800,
      'Age below which `refresh=True` does not refresh; `pkg.refresh_db` always does. 0: always refresh.',
    ),
    winrepo_installer_cache_expire: row(
      count('seconds'),
      0,
      'Age at which cached installers are removed; checked after an installation, a removal or a refresh. 0: never.',
    ),
  },
}

// SPDX-License-Identifier: Apache-2.0
import { atRestart, type OptionRow, row } from '../row.ts'
import { boolean, count, either, secret, text, textList, type ValueType } from '../value-types.ts'

/** A row that the master reads at start, and a masterless minion each time it compiles pillar. */
function of<T>(type: ValueType<T>, fallback: NoInfer<T>, doc: string): OptionRow<T> {
  return atRestart(row(type, fallback, doc), 'master')
}

/** Pillar from git, on the master and on a masterless minion. */
export const gitPillar = {
  'Pillar from git': {
    git_pillar_base: of(text, 'master', 'Branch, tag or commit that is the environment `base`.'),
    git_pillar_branch: of(text, 'master', 'Branch of remotes that do not name one before their URL.'),
    git_pillar_env: of(text, '', 'Pillar environment of the remotes. Empty: the one their branch maps to.'),
    git_pillar_root: of(text, '', 'Directory of the repository that contains `top.sls`. Empty: its root.'),
    git_pillar_fallback: of(
      text,
      '',
      'Branch or tag to use if a remote does not have the requested one. Empty: none.',
    ),
    git_pillar_update_interval: of(count('seconds'), 60, 'Interval between fetches of the remotes.'),
    git_pillar_includes: of(
      boolean,
      true,
      'Whether files of one remote may include files of other remotes of the same environment.',
    ),
    git_pillar_refspecs: of(
      either(textList, text),
      ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'],
      'Git refspecs to fetch.',
    ),
    git_pillar_depth: of(
      count('commits'),
      0,
      'Number of commits to fetch of each branch; 0 for the full history.',
    ),
    git_pillar_ssl_verify: of(
      either(boolean, text),
      true,
      'Whether to verify certificates, or the path of a file of trusted CA certificates.',
    ),
    git_pillar_proxy: of(secret(text), '', 'URL of the proxy for http(s) remotes.'),
    git_pillar_user: of(text, '', 'User for http(s) remotes.'),
    git_pillar_password: of(secret(text), '', 'Password or token for http(s) remotes.'),
    git_pillar_insecure_auth: of(boolean, false, 'Allow passwords to be sent over plain http.'),
    git_pillar_privkey: of(
      text,
      '',
      'Path of the private key for ssh remotes. Empty: the keys that ssh finds.',
    ),
    git_pillar_pubkey: of(text, '', 'Path of the public key. Accepted for compatibility and ignored.'),
    git_pillar_passphrase: of(secret(text), '', 'Passphrase of the private key.'),
    git_pillar_global_lock: of(
      boolean,
      true,
      'Respect the lock of another host that shares the cache, as long as that host refreshes it. `False` removes such a lock.',
    ),
  },
}

// SPDX-License-Identifier: Apache-2.0
import { atRestart, type OptionRow, row } from './row.ts'
import { boolean, count, either, secret, text, textList, type ValueType } from './value-types.ts'

/** The master reads them at its start, a minion without one for each pillar. */
function of<T>(type: ValueType<T>, fallback: NoInfer<T>, doc: string): OptionRow<T> {
  return atRestart(row(type, fallback, doc), 'master')
}

/** Options of the master, and of a minion without one, about pillar that comes from git. */
export const gitPillar = {
  'Pillar from git': {
    git_pillar_base: of(text, 'master', 'Branch, tag or commit that is the environment `base`.'),
    git_pillar_branch: of(text, 'master', 'Branch of remotes with none in front of their URL.'),
    git_pillar_env: of(
      text,
      '',
      'Environment of pillar that remotes are for; empty for that of their branch.',
    ),
    git_pillar_root: of(text, '', 'Directory of a repository that has the `top.sls`; empty for all of it.'),
    git_pillar_fallback: of(
      text,
      '',
      'Branch or tag that is used where a remote lacks the other. Empty for none.',
    ),
    git_pillar_update_interval: of(count('seconds'), 60, 'How often remotes are fetched.'),
    git_pillar_includes: of(
      boolean,
      true,
      'Whether files of one remote can include those of the others of its environment.',
    ),
    git_pillar_refspecs: of(
      either(textList, text),
      ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'],
      'What is fetched: refspecs of git.',
    ),
    git_pillar_depth: of(count('commits'), 0, 'Commits fetched of each branch; 0 for all.'),
    git_pillar_ssl_verify: of(
      either(boolean, text),
      true,
      'Whether certificates are verified, or the path of a file of authorities that they are verified with.',
    ),
    git_pillar_proxy: of(secret(text), '', 'URL of a proxy for http(s) remotes.'),
    git_pillar_user: of(text, '', 'User for http(s) remotes.'),
    git_pillar_password: of(secret(text), '', 'Password or token for http(s) remotes.'),
    git_pillar_insecure_auth: of(boolean, false, 'Send a password over http too.'),
    git_pillar_privkey: of(text, '', 'Path of the private key for ssh remotes; empty for what ssh finds.'),
    git_pillar_pubkey: of(text, '', 'Path of its public half. Not needed, and ignored.'),
    git_pillar_passphrase: of(secret(text), '', 'Passphrase of the private key.'),
    git_pillar_global_lock: of(
      boolean,
      true,
      'Believe the lock of another host that shares the cache, for as long as that refreshes it. `False` removes it.',
    ),
  },
}

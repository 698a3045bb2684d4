// SPDX-License-Identifier: Apache-2.0
import type { OptionRole } from './rows.ts'

/** Names that options had before, which files still hold: old name → name. */
const oldNames: Readonly<Record<OptionRole | 'both', Readonly<Record<string, string>>>> = {
  both: { win_repo: 'winrepo_dir', win_gitrepos: 'winrepo_remotes' },
  master: { win_repo_mastercachefile: 'winrepo_cachefile', winrepo_mastercachefile: 'winrepo_cachefile' },
  minion: { win_repo_cachefile: 'winrepo_cachefile', win_repo_source_dir: 'winrepo_source_dir' },
}

/** The name by which an option of a role goes now; undefined when it never had this other one. */
export function presentNameOf(role: OptionRole, name: string): string | undefined {
  for (const names of [oldNames.both, oldNames[role]]) if (Object.hasOwn(names, name)) return names[name]
  return undefined
}

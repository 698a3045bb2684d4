// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** Fetches and checks out the remotes of definitions; remote → directory. */
export async function checkOutRemotes(
  { winrepo }: Pick<ExecContext, 'winrepo'>,
  clean: boolean,
): Promise<Readonly<Record<string, string>>> {
  if (winrepo === undefined) throw new SaltError('COMMAND_FAILED', 'nothing here fetches remotes of git')
  return winrepo.updateGitRepos(clean)
}

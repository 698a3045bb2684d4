// SPDX-License-Identifier: Apache-2.0
import { arg, type Values } from '@halite/loader'
import type { Remote } from '../../execution/git/login.ts'
import type { Repository } from '../../execution/git/repository.ts'
import type { GitAround } from '../../execution/git/run-git.ts'
import { anything } from '../file/shared-arguments.ts'
import { accessArguments, output_encoding, userArguments } from './common.ts'
import type { RemoteRev } from './remote-rev.ts'

/** The arguments of `git.latest`. */
export const latestArguments = {
  target: arg.string('Where it is cloned to.'),
  rev: arg.string('The branch, tag or commit that is checked out.').default('HEAD'),
  branch: arg.string('The local branch that has it; default the one that is there.').optional(),
  ...userArguments,
  update_head: arg.boolean('Whether what is checked out is updated, and not only fetched.').default(true),
  force_checkout: arg
    .boolean('Whether local changes are lost when another branch is checked out.')
    .default(false),
  force_clone: arg.boolean('Whether what lies at the target and is no repository is removed.').default(false),
  force_fetch: arg.boolean('Whether branches are fetched that cannot be fast-forwarded.').default(false),
  force_reset: anything(
    'Whether commits and changes that the remote has not are lost: True, False, or ``remote-changes``.',
  ),
  submodules: arg.boolean('Whether submodules are updated.').default(false),
  bare: arg.boolean('Whether it is cloned without a working copy.').default(false),
  mirror: arg.boolean('Whether it is cloned as a mirror.').default(false),
  remote: arg.string('Name of the remote.').default('origin'),
  fetch_tags: arg.boolean('Whether all tags are fetched.').default(true),
  sync_tags: arg.boolean('Whether tags are removed that the remote has not.').default(true),
  depth: arg.integer('How many commits of a branch or tag are cloned.').optional(),
  ...accessArguments,
  refspec_branch: arg.string('Which branches are fetched.').default('*'),
  refspec_tag: arg.string('Which tags are fetched.').default('*'),
  output_encoding,
}

/** The arguments, bound. */
export type LatestValues = Values<typeof latestArguments> & { readonly name: string }

/** What is to be there, and where it comes from. */
export interface Latest {
  readonly args: LatestValues
  /** The URL as messages show it. */
  readonly shownName: string
  readonly from: Remote
  readonly around: GitAround
  readonly repository: Repository
  readonly wanted: RemoteRev
  readonly bare: boolean
  readonly forceReset: boolean | 'remote-changes'
}

// SPDX-License-Identifier: Apache-2.0
import { reasonOf } from '../../execution/git/repository.ts'
import type { Result } from '../file/result.ts'
import type { Latest } from './latest-arguments.ts'
import type { Progress } from './result.ts'

/** How a branch comes to track what it is to track. */
export interface Tracking {
  readonly comment: string
  /** With `test`. */
  readonly planned: string
  readonly words: readonly string[]
}

/** What has to be done so that a branch tracks what it is to track; undefined when it does, or will by being checked out. */
export async function track(
  { args, repository, wanted: { upstream: desired } }: Latest,
  { branch, branches }: { readonly branch: string | undefined; readonly branches: readonly string[] },
): Promise<Tracking | undefined> {
  const current =
    branch === undefined
      ? undefined
      : await repository.textIf(['rev-parse', '--abbrev-ref', `${branch}@{upstream}`])
  const isNew = args.branch !== undefined && !branches.includes(args.branch)
  const set = desired ? { words: ['--set-upstream-to', desired] } : undefined
  if (set !== undefined && current === undefined && !isNew)
    return {
      ...set,
      comment: `Tracking branch was set to ${desired}`,
      planned: `Tracking branch would be set to ${desired}`,
    }
  if (set !== undefined && current !== undefined && current !== desired && !isNew)
    return {
      ...set,
      comment: `Tracking branch was updated to ${desired}`,
      planned: `Tracking branch would be updated to ${desired}`,
    }
  if (desired === false && current !== undefined)
    return {
      words: ['--unset-upstream'],
      comment: 'Tracking branch was unset',
      planned: 'Tracking branch would be unset',
    }
  return undefined
}

/** Updates submodules; a result says that it failed. */
export async function updateSubmodules(
  { repository, around }: Pick<Latest, 'repository' | 'around'>,
  progress: Progress,
): Promise<Result | undefined> {
  try {
    await repository.run(['submodule', 'update', '--init', '--recursive'], { identity: around.identity })
    return undefined
  } catch (error) {
    return progress.failed(`Failed to update submodules: ${reasonOf(error)}`)
  }
}

// SPDX-License-Identifier: Apache-2.0
import type { Latest } from './latest-arguments.ts'
import { sameRev } from './remote-rev.ts'

/** What is there before anything is done. */
export interface Local {
  readonly commit: string | undefined
  readonly branch: string | undefined
  readonly branches: readonly string[]
  readonly tags: readonly string[]
  /** The commit that a merge or reset begins from. */
  readonly base: string | undefined
  readonly baseBranch: string | undefined
  readonly isDirty: boolean
  readonly fetchUrl: string | undefined
  readonly matches: boolean
  readonly hasCommit: boolean
}

/** Looks at a working copy and at what it already has of the wanted revision. */
export async function look({ args, repository, wanted }: Latest): Promise<Local> {
  const commit = await repository.commitOf('HEAD')
  const branch = commit === undefined ? undefined : await repository.branch()
  const [branches, tags, remotes] = [
    await repository.names('heads'),
    await repository.names('tags'),
    await repository.remotes(),
  ]
  const changes = args.branch !== undefined && args.branch !== branch
  const isNew = changes && !branches.includes(args.branch ?? '')
  const base = isNew ? wanted.commit : changes ? await repository.commitOf(args.branch ?? '') : commit
  const diff = commit === undefined ? '' : await repository.textIf(['diff', 'HEAD'])
  return {
    commit,
    branch,
    branches,
    tags,
    base,
    baseBranch: changes && !isNew ? args.branch : branch,
    isDirty: (diff ?? '') !== '',
    fetchUrl: remotes[args.remote]?.fetch,
    matches: sameRev(commit, wanted.commit, wanted.type),
    hasCommit: await isKnown({ args, repository, wanted }, base),
  }
}

/** Whether nothing need be fetched: the commit is there, and the branch or tag stands for it here too. */
async function isKnown(
  { args, repository, wanted }: Pick<Latest, 'args' | 'repository' | 'wanted'>,
  base: string | undefined,
): Promise<boolean> {
  const { commit, type } = wanted
  if (commit === undefined) return false
  if (type === 'sha1' && base?.startsWith(commit)) return true
  if ((await repository.commitOf(commit)) === undefined) return false
  if (type === 'branch') return (await repository.commitOf(wanted.upstream || '')) === commit
  if (type === 'tag') return (await repository.commitOf(`refs/tags/${args.rev}`)) === commit
  return true
}

/** Undefined when that is not known before the fetch. */
export async function isFastForward(
  { repository, wanted }: Latest,
  { base, hasCommit }: Local,
): Promise<boolean | undefined> {
  if (!hasCommit) return undefined
  if (base === undefined) return true
  const words = ['merge-base', '--is-ancestor', base, wanted.commit ?? '']
  return (await repository.run(words, { failhard: false, ignore_retcode: true })).retcode === 0
}

/** Whether another branch than the wanted one is checked out. */
export function needsBranch({ args }: Latest, { branch }: Local): boolean {
  return args.branch !== undefined && args.branch !== branch
}

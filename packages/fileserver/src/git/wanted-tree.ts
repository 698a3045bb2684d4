// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { GitMirror } from './git-mirror.ts'

/** What is wanted of a remote. */
export interface WantedTree {
  /** A branch, a tag, or the id of a commit. */
  readonly ref: string
  /** What is used in a remote that lacks the other; empty for nothing. */
  readonly fallback: string
  /** As options begin that say so: `winrepo`. */
  readonly role: string
}

/** The tree of the branch, tag or commit that is wanted, else of the fallback. Rejects with `GIT_FAILED` when there is neither. */
export async function wantedTree(mirror: GitMirror, { ref, fallback, role }: WantedTree): Promise<string> {
  for (const name of [ref, fallback].filter((one) => one !== '')) {
    const found = mirror.refs.get(`refs/remotes/origin/${name}`) ?? mirror.refs.get(`refs/tags/${name}`)
    const tree = found?.tree ?? (await mirror.commit(name))?.tree
    if (tree !== undefined) return tree
  }
  const names = [...mirror.refs.keys()].map((name) => name.replace(/^refs\/(?:remotes\/origin|tags)\//, ''))
  throw new SaltError('GIT_FAILED', `${mirror.remote.id} has no branch or tag ${JSON.stringify(ref)}`, {
    hint: `It has ${names.sort().slice(0, 20).join(', ') || 'none at all'}. Write another one in front of its URL, or set ${role}_branch or ${role}_fallback.`,
    data: { isMissing: true },
  })
}

// SPDX-License-Identifier: Apache-2.0

/** What a branch or tag stands for. */
export interface GitRevision {
  /** Object id of the commit. */
  readonly commit: string
  /** Object id of what it holds. */
  readonly tree: string
  /** When it was committed, in seconds since 1970. */
  readonly time: number
}

/** Revisions by the full name of their ref: `refs/remotes/origin/main`, `refs/tags/v1`. */
export type GitRefs = ReadonlyMap<string, GitRevision>

const fields = ['objectname', 'tree', 'committerdate:unix']

/** The command that lists them; a tag with a message is followed to its commit. */
export const listRefs: readonly string[] = [
  'for-each-ref',
  `--format=${[...fields, ...fields.map((field) => `*${field}`), 'refname'].map((field) => `%(${field})`).join('%09')}`,
]

/** Reads what the command prints. What is no commit is left out. */
export function parseRefs(text: string): GitRefs {
  const refs = text.split('\n').flatMap((line): [string, GitRevision][] => {
    const [commit = '', tree = '', time = '', inner = '', innerTree = '', innerTime = '', name = ''] =
      line.split('\t')
    if (tree !== '') return [[name, { commit, tree, time: Number(time) }]]
    return innerTree === '' ? [] : [[name, { commit: inner, tree: innerTree, time: Number(innerTime) }]]
  })
  return new Map(refs)
}

/** Whether both hold the same revisions. */
export function isSameRefs(left: GitRefs, right: GitRefs): boolean {
  if (left.size !== right.size) return false
  for (const [name, { commit }] of left) if (right.get(name)?.commit !== commit) return false
  return true
}

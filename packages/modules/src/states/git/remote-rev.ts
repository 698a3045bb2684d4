// SPDX-License-Identifier: Apache-2.0

/** What is to be checked out. */
export interface RemoteRev {
  /** Undefined for an empty remote. */
  readonly commit: string | undefined
  readonly type: 'branch' | 'tag' | 'sha1' | undefined
  /** What a branch is to track: undefined leaves that as it is, false means nothing. */
  readonly upstream: string | false | undefined
  /** As messages call it. */
  readonly shown: string
  /** The branch that the remote has checked out. */
  readonly defaultBranch: string | undefined
  readonly hasHead: boolean
}

/** Finds a revision among the refs of a remote; undefined when there is none such. */
export function findRemoteRev(
  refs: Readonly<Record<string, string>>,
  { rev, remote }: { readonly rev: string; readonly remote: string },
): RemoteRev | undefined {
  const head = refs['HEAD']
  const defaultBranch = Object.entries(refs)
    .find(([name, commit]) => name.startsWith('refs/heads/') && commit === head)?.[0]
    .slice('refs/heads/'.length)
  const common = { defaultBranch, hasHead: head !== undefined }
  const short = (commit: string) => commit.slice(0, 7)
  if (rev === 'HEAD') {
    const shown = head === undefined ? '' : `remote HEAD (${short(head)})`
    return {
      commit: head,
      type: head === undefined ? undefined : 'sha1',
      upstream: undefined,
      shown,
      ...common,
    }
  }
  const branch = refs[`refs/heads/${rev}`]
  if (branch !== undefined) {
    const upstream = `${remote}/${rev}`
    return { commit: branch, type: 'branch', upstream, shown: `${upstream} (${short(branch)})`, ...common }
  }
  const tag = refs[`refs/tags/${rev}^{}`] ?? refs[`refs/tags/${rev}`]
  if (tag !== undefined)
    return { commit: tag, type: 'tag', upstream: false, shown: `${rev} (${short(tag)})`, ...common }
  if (!/^[0-9a-f]{1,40}$/i.test(rev)) return undefined
  const commit = rev.toLowerCase()
  return { commit, type: 'sha1', upstream: false, shown: short(commit), ...common }
}

/** Whether two commits are the same; one by its first digits is, where such a one is asked for. */
export function sameRev(
  one: string | undefined,
  other: string | undefined,
  type: RemoteRev['type'],
): boolean {
  if (one === undefined || other === undefined) return one === other
  return type === 'sha1' ? one.startsWith(other) : one === other
}

// SPDX-License-Identifier: Apache-2.0
import type { RootDatabase } from 'lmdb'

/** What `startWriting` of lmdb-js's environment calls back with: 1 when what was written can be read, 0 when it is flushed. */
type Progress = (status: number) => unknown
type StartWriting = (this: object, address: number, progress: Progress) => unknown

/**
 * Calls `onProgress` in the turn in which a commit can be read, before its flush to the disk, and again after it. lmdb-js
 * learns of the former (its writer says so) and has no event for it, so this listens where it is told. With a version that
 * does it otherwise nothing is called: promises of `put` are to be awaited beside it. A test holds that it is called. The
 * function that is returned ends it: a closed database must not be read.
 */
export function watchCommits(root: RootDatabase<Buffer, string>, onProgress: () => void): () => void {
  const env: unknown = 'env' in root ? root.env : undefined
  if (!isEnvironment(env)) return () => undefined
  let isWatching = true
  const { startWriting } = env
  const watched: StartWriting = function (address, progress) {
    // The end of a batch is a write of lmdb-js itself whose promise it drops: when a disk is full, nobody would catch it.
    queueMicrotask(() => root.committed.then(ignore, ignore))
    return startWriting.call(this, address, (status) => {
      const answer = progress(status)
      if (isWatching) onProgress()
      return answer
    })
  }
  Object.defineProperty(env, 'startWriting', { value: watched, configurable: true })
  return () => {
    isWatching = false
  }
}

/** Whoever handed a write over hears of its failure through the promise of that write. */
const ignore = () => undefined

function isEnvironment(env: unknown): env is { readonly startWriting: StartWriting } {
  return (
    typeof env === 'object' && env !== null && 'startWriting' in env && typeof env.startWriting === 'function'
  )
}

// SPDX-License-Identifier: Apache-2.0

/**
 * Both ends of `salt://`. One interface, `FileSource`, is what everybody above reads files through: the backends of a master,
 * a session with a master, and the roots of a minion without one implement it.
 */
export { FileClient, type FileClientInit } from './client/file-client.ts'
export { fileHasherEntry } from './client/hasher.ts'
export type { AskMaster } from './client/push-file.ts'
export { type Backend, FileServer } from './file-server.ts'
export {
  type FileName,
  type FileRange,
  type FileSource,
  type FoundFile,
  type HashedFile,
  type ListKind,
  type ListOptions,
  maxRangeBytes,
  type ReadOptions,
  type WaitOptions,
} from './file-source.ts'
export { BlobStore, type BlobStoreOptions } from './git/blob-store.ts'
export { type ExportOptions, exportTree } from './git/export-tree.ts'
export { GitMirror, type GitMirrorOptions } from './git/git-mirror.ts'
export type { GitAuth, GitRemote } from './git/git-remote.ts'
export { type GitScheme, type GitUrl, parseGitUrl } from './git/git-url.ts'
export {
  type ConfiguredRemote,
  configuredRemotes,
  type ParameterKind,
  type RemoteConfigOptions,
  type RemoteParameters,
} from './git/remote-config.ts'
export {
  GitPillar,
  type GitPillarCheckout,
  type GitPillarCheckouts,
  type GitPillarInit,
  type GitPillarPart,
} from './git-pillar/git-pillar.ts'
export type { GitPillarOptions } from './git-pillar/git-pillar-options.ts'
export type { GitfsOptions } from './gitfs/gitfs-options.ts'
export { GitfsSource, type GitfsSourceOptions } from './gitfs/gitfs-source.ts'
export type { GitfsPart } from './gitfs/gitfs-views.ts'
export { MemorySource } from './memory-source.ts'
export { MinionfsSource, type MinionfsSourceOptions } from './minionfs/minionfs-source.ts'
export { type ListPage, PagedLists } from './paged-lists.ts'
export { pieces } from './pieces.ts'
export { fileReaderEntry } from './roots/reader-thread.ts'
export { RootsSource, type RootsSourceOptions } from './roots/roots-source.ts'
export { SessionSource, type SessionSourceOptions } from './session-source.ts'
export { SharedTrees, type WantedTree } from './shared-trees.ts'
export { UpdateLoop, type UpdateLoopOptions, type UpdateTask } from './update-loop.ts'
export { updateWinrepo, type WinrepoUpdate } from './winrepo/update-winrepo.ts'
export type { WinrepoOptions } from './winrepo/winrepo-options.ts'

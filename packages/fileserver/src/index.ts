// SPDX-License-Identifier: Apache-2.0

/**
 * Both ends of `salt://`. One interface, `FileSource`, is what everybody above reads files through: the backends of a master,
 * a session with a master, and the roots of a minion without one implement it.
 */
export {
  type DirectoryQuery,
  type FetchQuery,
  FileClient,
  type FileClientInit,
  type FileQuery,
  type FileStat,
} from './client/file-client.ts'
export { fileHasherEntry } from './client/hasher.ts'
export type { AskMaster } from './client/push-file.ts'
export type { FetchedFile } from './client/salt-files.ts'
export type { Transfer } from './client/transfers.ts'
export type { WebOptions } from './client/web-options.ts'
export { type Backend, FileServer } from './file-server.ts'
export {
  type FileHash,
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
export { MemorySource } from './memory-source.ts'
export { type ListPage, PagedLists } from './paged-lists.ts'
export { pieces } from './pieces.ts'
export { fileReaderEntry } from './roots/reader-thread.ts'
export { RootsSource, type RootsSourceOptions } from './roots/roots-source.ts'
export { SessionSource, type SessionSourceOptions } from './session-source.ts'

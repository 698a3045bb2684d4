// SPDX-License-Identifier: Apache-2.0
import {
  type Decoded,
  type Decoder,
  parseSaltenv,
  parseSaltPath,
  type Saltenv,
  type SaltPath,
  schema,
} from '@halite/core'

const { anything, binary, extensibleRecord, integer, listOf, number, oneOf, optional, record, text } = schema

/** Most bytes of one answer to `_serve_file`. */
const maxRangeBytes = 1024 * 1024
const maxEnvironments = 100_000
/** Most bytes of the items of one page. */
const maxPageBytes = 32 * 1024 * 1024

const saltenv: Decoder<Saltenv> = (value) => parseSaltenv(value)
const saltPath: Decoder<SaltPath> = (value) => parseSaltPath(value)
const hashType = oneOf('sha256', 'sha384', 'sha512', 'sha224', 'sha1', 'md5')

const fileSchema = record({ saltenv, path: saltPath })

const serveSchema = record({
  saltenv,
  path: saltPath,
  version: text(128),
  loc: integer(),
  length: integer(1, maxRangeBytes),
})
/** A range of a file as a minion asks for it. */
export type ServeFile = Decoded<typeof serveSchema>

const receiveSchema = record({
  path: listOf(text(255), 256),
  size: integer(),
  loc: integer(),
  data: binary(maxRangeBytes),
})
/** A part of a file as a minion sends it. */
export type ReceivedPart = Decoded<typeof receiveSchema>

const foundReplySchema = extensibleRecord({
  size: integer(),
  mode: integer(0, 4095),
  mtime: number(-1e12, 1e12),
  version: text(128),
})

const hashedReplySchema = extensibleRecord({
  size: integer(),
  mode: integer(0, 4095),
  mtime: number(-1e12, 1e12),
  version: text(128),
  hash_type: hashType,
  hsum: text(128),
})

const fileListSchema = record({
  saltenv,
  form: oneOf('files', 'dirs', 'empty_dirs', 'links', 'tree'),
  prefix: optional(text(4096)),
  page: integer(0, 1_000_000),
  held: optional(text(64)),
})
/** A page of a list as a minion asks for it. */
export type FileList = Decoded<typeof fileListSchema>

const fileListReplySchema = extensibleRecord({
  revision: text(64),
  pages: integer(0, 1_000_000),
  items: optional(binary(maxPageBytes)),
})

const treeItem: Decoder<FileTreeItem> = (value, at) => {
  const items = listOf(anything, 7)(value, at)
  const [path, size, mode, mtime, version, type, hsum] = items
  return {
    path: saltPath(path, `${at}[0]`),
    size: integer()(size, `${at}[1]`),
    mode: integer(0, 4095)(mode, `${at}[2]`),
    mtime: number(-1e12, 1e12)(mtime, `${at}[3]`),
    version: text(128)(version, `${at}[4]`),
    hash_type: hashType(type, `${at}[5]`),
    hsum: text(128)(hsum, `${at}[6]`),
  }
}
/** A file of a list of form `tree`. */
export interface FileTreeItem {
  readonly path: SaltPath
  readonly size: number
  readonly mode: number
  readonly mtime: number
  readonly version: string
  readonly hash_type: Decoded<typeof hashType>
  readonly hsum: string
}

/** Requests for files. */
export type FileRequestName =
  | '_file_envs'
  | '_file_find'
  | '_file_hash_and_stat'
  | '_file_list'
  | '_serve_file'

/**
 * The decoders of requests for files and of their answers. Each throws `VALUE_MALFORMED` naming the field, and those of
 * requests also `PATH_UNSAFE` and `SALTENV_INVALID`.
 */
export const fileLoads = {
  maxRangeBytes,
  /** `_file_find` and `_file_hash_and_stat`: a file of an environment. */
  fileSchema,
  /** `_serve_file`: a range of a file that was found. */
  serveSchema,
  /** `_file_recv`: a part of a file that a minion sends. */
  receiveSchema,
  /** Answer to `_file_envs`. */
  envsReplySchema: listOf(saltenv, maxEnvironments),
  /** Answer to `_file_find`; nil when there is no such file. */
  foundReplySchema: optional(foundReplySchema),
  /** Answer to `_file_hash_and_stat`; nil when there is no such file. */
  hashedReplySchema: optional(hashedReplySchema),
  /** `_file_list`: a page of a list of an environment. */
  fileListSchema,
  /** Answer to `_file_list`. */
  fileListReplySchema,
  /** Items of a page of form `files`, `dirs` and `empty_dirs`, unpacked. */
  pathItemsSchema: listOf(text(4096)),
  /** Items of a page of form `links`: the path of the link, and what it points at. */
  linkItemsSchema: listOf(listOf(text(4096), 2)),
  /** Items of a page of form `tree`. */
  treeItemsSchema: listOf(treeItem),
  /** Answer to `_serve_file`: the bytes, a view into the frame. */
  servedReplySchema: binary(maxRangeBytes),
} as const

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

const { binary, extensibleRecord, integer, listOf, number, oneOf, optional, record, text } = schema

/** Most bytes of one answer to `_serve_file`. */
const maxRangeBytes = 1024 * 1024
const maxEnvironments = 100_000

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

/** Requests for files. */
export type FileRequestName = '_file_envs' | '_file_find' | '_file_hash_and_stat' | '_serve_file'

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
  /** Answer to `_file_envs`. */
  envsReplySchema: listOf(saltenv, maxEnvironments),
  /** Answer to `_file_find`; nil when there is no such file. */
  foundReplySchema: optional(foundReplySchema),
  /** Answer to `_file_hash_and_stat`; nil when there is no such file. */
  hashedReplySchema: optional(hashedReplySchema),
  /** Answer to `_serve_file`: the bytes, a view into the frame. */
  servedReplySchema: binary(maxRangeBytes),
} as const

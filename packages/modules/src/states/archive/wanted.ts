// SPDX-License-Identifier: Apache-2.0
import { arg, type Values } from '@halite/loader'
import { anything, ownerArguments, signatureArguments } from '../file/shared-arguments.ts'

/** The arguments of `archive.extracted`. */
export const extractedArguments = {
  source: arg.any(
    'The archive: ``salt://…``, ``http(s)://…``, ``ftp://…`` or a path; of a list the first that exists.',
  ),
  source_hash: anything('Hash of the archive: digits, ``KIND=DIGITS``, or where a file with hashes lies.'),
  source_hash_name: arg.string('The name to look for in a file with hashes.').optional(),
  source_hash_update: arg
    .boolean('Whether it is extracted again when ``source_hash`` is another one.')
    .default(false),
  skip_files_list_verify: arg
    .boolean(
      'Whether only ``source_hash`` decides: members are not looked at when it is that of the last time.',
    )
    .default(false),
  skip_verify: arg.boolean('Whether an archive of a web server is taken without a hash.').default(false),
  password: arg.string('Password of a zip archive.').optional(),
  options: anything('Options of ``tar`` or ``unzip``, which then extract it.'),
  list_options: arg
    .string('The words of a command that prints a tar archive unpacked, to list it.')
    .optional(),
  force: arg.boolean('Whether what is there and is of another type is removed.').default(false),
  overwrite: arg.boolean('Whether it is extracted in any case.').default(false),
  clean: arg.boolean('Whether what it has on top is removed first.').default(false),
  clean_parent: arg.boolean('Whether the whole directory is removed first.').default(false),
  ...ownerArguments,
  if_missing: arg.string('A path: when it is there, nothing is done.').optional(),
  trim_output: anything('How many names the changes show; True for 100.'),
  use_cmd_unzip: anything('Whether ``unzip`` extracts a zip archive; default when there are options.'),
  extract_perms: arg.boolean('Whether members of a zip archive have the modes that it states.').default(true),
  enforce_toplevel: arg.boolean('Whether it must have one directory on top.').default(true),
  enforce_ownership_on: arg
    .string('The path that owners are given to; default all that is on top.')
    .optional(),
  archive_format: arg.string('``tar``, ``zip`` or ``rar``; default by the end of its name.').optional(),
  use_etag: arg.boolean('Whether a web server is asked if it still has what was fetched.').default(false),
  ...signatureArguments,
  kwargs: arg.keywords(
    '``keep_source`` (or ``keep``): whether the fetched copy stays in the cache; default True.',
  ),
}

/** The arguments, bound. */
export type ExtractedValues = Values<typeof extractedArguments> & { readonly name: string }

/** What is to be extracted, and from where. */
export interface Wanted {
  readonly args: ExtractedValues
  /** The directory, with a slash at its end. */
  readonly name: string
  /** The archive as it is called in messages. */
  readonly source: string
  /** Its copy on this machine. */
  readonly cached: string
  readonly format: string
  readonly options: string | undefined
  readonly useUnzip: boolean
  readonly trim: number | undefined
  readonly user: string | number | undefined
  readonly group: string | number | undefined
  /** Whether `source_hash` is another one than the last time. */
  readonly isNewSum: boolean
}

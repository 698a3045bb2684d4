// SPDX-License-Identifier: Apache-2.0
import { arg, type Values } from '@halite/loader'
import {
  anything,
  ownerArguments,
  signatureArguments,
  templateArguments,
  textOrList,
  windowsArguments,
} from './shared-arguments.ts'

/** The arguments of `file.managed`. */
export const managedArguments = {
  source: anything(
    'Where its content comes from: ``salt://…``, ``http://…``, ``https://…``, ``ftp://…`` or a file of the minion; of a list the first that exists.',
  ),
  source_hash: anything(
    'Hash of the source: digits, ``KIND=DIGITS``, or where a file with hashes lies. A source of a web server needs one.',
  ),
  source_hash_name: arg.string('The name to look for in a file with hashes.').optional(),
  keep_source: arg.boolean('Whether the fetched copy stays in the cache.').default(true),
  ...ownerArguments,
  mode: anything('Its mode, in octal digits; ``keep`` for that of the source.'),
  attrs: arg.unsupported(null, 'attributes of ``chattr`` are not set yet'),
  template: arg.string('The engine that renders it: ``jinja``.').optional(),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  dir_mode: anything('Their mode.'),
  ...templateArguments,
  replace: arg.boolean('Whether a file that is there is given this content.').default(true),
  backup: anything('``minion`` keeps a copy of what is replaced: see ``file.list_backups``.'),
  show_changes: arg.boolean('Whether the changes show the difference.').default(true),
  create: arg.boolean('Whether one that is not there is made.').default(true),
  contents: textOrList('Its content: a text, or a list of lines.'),
  tmp_dir: arg.string('Where ``check_cmd`` sees the file; default beside it.').default(''),
  tmp_ext: arg.string('What the name of that file ends with.').default(''),
  contents_pillar: anything('The path of its content in the pillar, or several.'),
  contents_grains: anything('The path of its content in the grains, or several.'),
  contents_newline: arg.boolean('Whether the content ends with a line break.').default(true),
  contents_delimiter: arg.string('What separates the keys of these paths.').default(':'),
  encoding: arg.encoding('The encoding of the file; default UTF-8.').optional(),
  encoding_errors: arg
    .string('What happens to characters that the encoding has not: ``strict``, ``ignore`` or ``replace``.')
    .default('strict'),
  allow_empty: arg.boolean('Whether the content may be empty.').default(true),
  follow_symlinks: arg.boolean('Whether a link is followed; otherwise a file takes its place.').default(true),
  check_cmd: anything('A command that has to accept the new content; its last word is the path of a copy.'),
  skip_verify: arg.boolean('Whether a source of a web server is taken without a hash.').default(false),
  selinux: arg.unsupported(null, 'labels of SELinux are not set yet'),
  ...windowsArguments,
  verify_ssl: arg.boolean('Whether a server has to prove who it is.').default(true),
  use_etag: arg.boolean('Whether a web server is asked if it still has what was fetched.').default(false),
  ...signatureArguments,
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

/** Values of the arguments of `file.managed`, with the path. */
export type ManagedValues = Values<typeof managedArguments> & { readonly name: string }

/** Whether the mode is that of the source. */
export function keepsMode({ mode }: ManagedValues): boolean {
  return typeof mode === 'string' && mode.toLowerCase() === 'keep'
}

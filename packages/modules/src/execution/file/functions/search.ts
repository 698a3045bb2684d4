// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { containsGlob, containsRegex, containsText } from '../contains.ts'
import { getDiff } from '../get-diff.ts'
import { runGrep } from '../grep.ts'
import { flagBits, multilineFlag } from '../regex-flags.ts'
import { searchFile } from '../replace.ts'
import { asReturn } from '../run-all.ts'
import { sedContains } from '../sed.ts'

const path = arg.path('The file.')
const hash = arg.string('Hash of a copy in the cache that is taken without asking again.').optional()

/** Functions that look for texts in files. */
export const searchFunctions = {
  search: fn({
    doc: 'Return whether a regular expression matches anywhere in a file.',
    examples: ["salt '*' file.search /etc/crontab 'mymaintenance.sh'"],
    args: {
      path,
      pattern: arg.string("The regular expression, as Python's ``re`` reads it."),
      flags: arg.any("Flags of Python's ``re``: names in a list, or a number.").default(multilineFlag),
      bufsize: arg.any('Counts for nothing: files are read as a whole.').default(1),
      ignore_if_missing: arg.boolean('Whether a file that is not there is no error.').default(false),
      multiline: arg.boolean('Whether ``^`` and ``$`` mean lines.').default(false),
    },
    run: (ctx, { path, pattern, flags, ignore_if_missing, multiline }) =>
      searchFile(ctx, path, {
        pattern,
        flags: flagBits(flags) | (multiline ? multilineFlag : 0),
        ignoreIfMissing: ignore_if_missing,
      }),
  }),
  contains: fn({
    doc: 'Return whether a file holds a text; blanks around the text count for nothing.',
    examples: ["salt '*' file.contains /etc/crontab 'mymaintenance.sh'"],
    args: { path, text: arg.string('The text.') },
    run: (ctx, { path, text }) => containsText(ctx, path, text),
  }),
  contains_regex: fn({
    doc: 'Return whether a regular expression matches in one of the lines of a file.',
    examples: ["salt '*' file.contains_regex /etc/crontab '^SHELL='"],
    args: {
      path,
      regex: arg.string('The regular expression.'),
      lchar: arg
        .string('Characters that are left out where they stand at the beginning of a line.')
        .default(''),
    },
    run: (ctx, { path, ...wanted }) => containsRegex(ctx, path, wanted),
  }),
  contains_glob: fn({
    doc: 'Return whether what a file holds matches a shell pattern.',
    examples: ["salt '*' file.contains_glob /etc/foobar '*cheese*'"],
    args: { path, glob_expr: arg.string('The pattern.') },
    run: (ctx, { path, glob_expr }) => containsGlob(ctx, path, glob_expr),
  }),
  sed_contains: fn({
    doc: 'Return whether ``sed`` finds a regular expression in one of the lines of a file.',
    examples: ["salt '*' file.sed_contains /etc/crontab 'mymaintenance.sh'"],
    args: {
      path,
      text: arg.string('The regular expression.'),
      limit: arg.string('Lines that are looked at, as a regular expression.').default(''),
      flags: arg.string('Flags of the command ``s`` of ``sed``.').default('g'),
    },
    run: (ctx, { path, ...wanted }) => sedContains(ctx, path, wanted),
  }),
  grep: fn({
    doc: 'Run ``grep`` on files and return what ``cmd.run_all`` does.',
    examples: [
      "salt '*' file.grep /etc/passwd nobody",
      `salt '*' file.grep "/etc/sysconfig/network-scripts/*" ipaddr -- -i -l`,
    ],
    args: {
      path: arg.path('The file, or a shell pattern for several.'),
      pattern: arg.string('What is looked for.'),
      opts: arg.rest('Options of ``grep``, each on its own.'),
    },
    run: async (ctx, { path, pattern, opts }) =>
      asReturn(await runGrep(ctx, path, { pattern, options: opts })),
  }),
  get_diff: fn({
    doc: 'Return how two files differ, in the unified format; empty when they hold the same.',
    examples: [
      "salt '*' file.get_diff /home/fred/.vimrc salt://users/fred/.vimrc",
      "salt '*' file.get_diff /tmp/foo.txt /tmp/bar.txt",
    ],
    args: {
      file1: arg.string('Path or URL of the first one.'),
      file2: arg.string('Path or URL of the second one.'),
      saltenv: arg.string('Environment of the file server.').default('base'),
      show_filenames: arg.boolean('Whether the difference begins with their names.').default(true),
      show_changes: arg.boolean('Whether the difference is shown.').default(true),
      template: arg
        .boolean('Whether they are templates, which ``obfuscate_templates`` hides.')
        .default(false),
      source_hash_file1: hash,
      source_hash_file2: hash,
    },
    run: (ctx, { file1, file2, source_hash_file1, source_hash_file2, ...wanted }) =>
      getDiff(ctx, [file1, file2], { ...wanted, hashes: [source_hash_file1, source_hash_file2] }),
  }),
}

// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { splitWords } from '../../cmd/split-words.ts'
import { blockReplaceArguments, replaceBlock } from '../blockreplace.ts'
import { commentLines } from '../comment-line.ts'
import { editLine, lineArguments } from '../line.ts'
import { runPatch } from '../patch.ts'
import { replaceInFile } from '../replace.ts'
import { asReturn } from '../run-all.ts'
import { psed, runSed } from '../sed.ts'

const path = arg.path('The file.')
const backup = arg.any('The extension of a copy of the file as it was; False for none.').default('.bak')
const dry_run = arg.boolean('Whether the file stays as it is.').default(false)
const regex = arg.string('The lines that are meant, as a regular expression.')
const char = arg.string('What a comment begins with.').default('#')
const before = arg.string('What is replaced, as a regular expression.')
const after = arg.string('What takes its place.')
const limit = arg.string('Lines that are edited, as a regular expression.').default('')
const extension = arg.string('The extension of a copy of the file as it was.').default('.bak')
const escape_all = arg
  .boolean('Whether characters with a meaning in patterns stand for themselves.')
  .default(false)

/** How `file.replace` replaces, the state too. */
export const replaceArguments = {
  pattern: arg.string("What is replaced: a regular expression, as Python's ``re`` reads it."),
  repl: arg.string('What takes its place; ``\\1`` and ``\\g<name>`` stand for groups of the pattern.'),
  count: arg.integer('How many are replaced, at most; 0 for all.').default(0),
  flags: arg.any("Flags of Python's ``re``: names in a list, or a number.").default(8),
  bufsize: arg.any('Counts for nothing: files are read as a whole.').default(1),
  append_if_not_found: arg
    .boolean('Whether a pattern that matches nothing puts a line at the end.')
    .default(false),
  prepend_if_not_found: arg
    .boolean('Whether a pattern that matches nothing puts a line at the beginning.')
    .default(false),
  not_found_content: arg.string('That line; default ``repl``.').optional(),
  backup,
}

/** Functions that change texts in files. */
export const editFunctions = {
  replace: fn({
    doc: 'Replace what a regular expression matches in a file. Returns a diff, which is empty if nothing changed.',
    examples: [
      `salt '*' file.replace /etc/httpd/httpd.conf pattern='LogLevel warn' repl='LogLevel info'`,
      `salt '*' file.replace /some/file pattern='before' repl='after' flags='[MULTILINE, IGNORECASE]'`,
    ],
    args: {
      path,
      ...replaceArguments,
      dry_run,
      search_only: arg.boolean('Whether it is only said if the pattern matches.').default(false),
      show_changes: arg.boolean('Whether the difference is returned; otherwise True or False.').default(true),
      ignore_if_missing: arg.boolean('Whether a file that is not there is no error.').default(false),
      preserve_inode: arg
        .boolean(
          'Counts for nothing: a file with several names keeps them, any other is written beside and renamed.',
        )
        .default(true),
      backslash_literal: arg.boolean('Whether a backslash of ``repl`` stands for itself.').default(false),
    },
    run: (ctx, { path, ...wanted }) => replaceInFile(ctx, path, wanted),
  }),
  blockreplace: fn({
    doc: 'Replace the text between two marker lines of a file. Returns a diff, which is empty if nothing changed.',
    examples: [
      `salt '*' file.blockreplace /etc/hosts '#-- start --' '#-- end --' '10.0.1.1 foo.foobar' append_if_not_found=True`,
    ],
    args: { path, ...blockReplaceArguments },
    run: (ctx, { path, ...wanted }) => replaceBlock(ctx, path, wanted),
  }),
  line: fn({
    doc: 'Put a line into a file, replace or remove one. Returns the difference; False when nothing changes.',
    examples: [
      `salt '*' file.line /etc/nsswitch.conf "networks:\\tfiles dns" after="hosts:.*?" mode='ensure'`,
      `salt '*' file.line /path/to/file content="CREATEMAIL_SPOOL=no" match="CREATE_MAIL_SPOOL=yes" mode="replace"`,
    ],
    args: { path, ...lineArguments },
    run: (ctx, { path, ...wanted }) => editLine(ctx, path, { ...wanted, test: ctx.options['test'] === true }),
  }),
  comment_line: fn({
    doc: 'Make lines comments, or no longer comments. Returns the difference of these lines; False when there are none.',
    examples: [
      "salt '*' file.comment_line '/etc/modules' '^pcspkr'",
      "salt '*' file.comment_line '/etc/salt/minion' '^log_level: (warning|info|debug)' '#' False '.bk'",
    ],
    args: { path, regex, char, cmnt: arg.boolean('Whether they become comments.').default(true), backup },
    run: (ctx, { path, ...wanted }) => commentLines(ctx, path, wanted),
  }),
  comment: fn({
    doc: 'Make lines comments. Returns the difference of these lines; False when there are none.',
    examples: ["salt '*' file.comment /etc/modules pcspkr"],
    args: { path, regex, char, backup },
    run: (ctx, { path, ...wanted }) => commentLines(ctx, path, { ...wanted, cmnt: true }),
  }),
  uncomment: fn({
    doc: 'Make comments lines again. Returns the difference of these lines; False when there are none.',
    examples: ["salt '*' file.uncomment /etc/hosts.deny 'ALL: PARANOID'"],
    args: { path, regex, char, backup },
    run: (ctx, { path, ...wanted }) => commentLines(ctx, path, { ...wanted, cmnt: false }),
  }),
  patch: fn({
    doc: 'Run ``patch`` on a file or directory and return what ``cmd.run_all`` does.',
    examples: ["salt '*' file.patch /opt/file.txt /tmp/file.txt.patch"],
    args: {
      originalfile: arg.path('The file or directory.'),
      patchfile: arg.path('The patch.'),
      options: arg.any('More options of ``patch``.').default(''),
      dry_run,
    },
    run: async (ctx, { originalfile, patchfile, options, dry_run }) => {
      const words = Array.isArray(options) ? options.map(pythonStr) : splitWords(pythonStr(options ?? ''))
      return asReturn(
        await runPatch(ctx, originalfile, { patchFile: patchfile, options: words, dryRun: dry_run }),
      )
    },
  }),
  sed: fn({
    doc: 'Run ``sed`` on a file and return what ``cmd.run_all`` does; ``file.replace`` is better.',
    examples: ["salt '*' file.sed /etc/httpd/httpd.conf 'LogLevel warn' 'LogLevel info'"],
    args: {
      path,
      before,
      after,
      limit,
      backup: extension,
      options: arg.string('Options of ``sed``.').default('-r -e'),
      flags: arg.string('Flags of its command ``s``.').default('g'),
      escape_all,
      negate_match: arg.boolean('Whether lines are edited that ``limit`` does not match.').default(false),
    },
    run: async (ctx, { path, ...wanted }) => {
      const ran = await runSed(ctx, path, wanted)
      return ran === false ? false : asReturn(ran)
    },
  }),
  psed: fn({
    doc: "The same as ``file.sed`` with regular expressions of Python's; ``file.replace`` is better.",
    examples: ["salt '*' file.psed /etc/httpd/httpd.conf 'LogLevel warn' 'LogLevel info'"],
    args: {
      path,
      before,
      after,
      limit,
      backup: extension,
      flags: arg
        .string('``g`` for all, and ``I``, ``L``, ``M``, ``S``, ``U``, ``X`` of Python.')
        .default('gMS'),
      escape_all,
      multi: arg.boolean('Counts for nothing: files are read as a whole.').default(false),
    },
    run: (ctx, { path, ...wanted }) => psed(ctx, path, wanted),
  }),
}

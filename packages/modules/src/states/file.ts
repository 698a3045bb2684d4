// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { accumulate, accumulatedArguments } from './file/accumulated.ts'
import { append, appendArguments, prepend, prependArguments } from './file/append.ts'
import { blockReplace, blockReplaceArguments } from './file/blockreplace.ts'
import { cache, cachedArguments, forget, notCachedArguments } from './file/cached.ts'
import { acceptedBy } from './file/check-command.ts'
import { comment, commentArguments, uncomment, uncommentArguments } from './file/comment.ts'
import { copy, copyArguments } from './file/copy.ts'
import { decode, decodeArguments } from './file/decode.ts'
import { manageDirectory } from './file/directory.ts'
import { directoryArguments } from './file/directory-arguments.ts'
import { hardlinkArguments, makeHardlink } from './file/hardlink.ts'
import { keyvalue, keyvalueArguments } from './file/keyvalue.ts'
import { line, lineArguments } from './file/line.ts'
import { manageFile } from './file/managed.ts'
import { managedArguments } from './file/managed-arguments.ts'
import { makeNodeState, mknodArguments } from './file/nodes.ts'
import { patch, patchArguments } from './file/patch.ts'
import {
  checkExists,
  checkMissing,
  makeAbsent,
  rename,
  renameArguments,
  touch,
  touchArguments,
} from './file/presence.ts'
import { prune, prunedArguments } from './file/pruned.ts'
import { recurse, recurseArguments } from './file/recurse.ts'
import { replace, replaceArguments } from './file/replace.ts'
import { keepScheduled, retentionArguments } from './file/retention.ts'
import { serialize, serializeArguments } from './file/serialize.ts'
import { refuseShortcut, shortcutArguments } from './file/shortcut.ts'
import { makeSymlink, symlinkArguments } from './file/symlink.ts'
import { tidiedArguments, tidy } from './file/tidied.ts'

const kwargs = arg.keywords('Whatever else is given counts for nothing.')

/** `file`: files and what they hold. */
export default defineState({
  name: 'file',
  doc: 'Files, directories and links, and what they hold. Files are written beside and renamed: whoever reads them sees the old content or the new.',
  checks: ['check_cmd'],
  functions: {
    managed: stateFn({
      doc: 'Make a file that holds what ``contents`` says, or what ``source`` holds.',
      examples: [
        `salt '*' state.single file.managed /etc/motd contents=hello mode=0644`,
        `salt '*' state.single file.managed /etc/motd source=salt://motd.j2 template=jinja`,
      ],
      args: managedArguments,
      run: manageFile,
    }),
    directory: stateFn({
      doc: 'Make a directory with these owners and this mode.',
      examples: [`salt '*' state.single file.directory /srv/www user=www-data dir_mode=0755 makedirs=True`],
      args: directoryArguments,
      run: manageDirectory,
    }),
    absent: stateFn({
      doc: 'Remove a file, a link, or a directory with all that lies in it.',
      examples: [`salt '*' state.single file.absent /etc/motd`],
      args: { kwargs },
      run: makeAbsent,
    }),
    exists: stateFn({ doc: 'Succeed when something lies at the path.', args: { kwargs }, run: checkExists }),
    missing: stateFn({ doc: 'Succeed when nothing lies at the path.', args: { kwargs }, run: checkMissing }),
    symlink: stateFn({
      doc: 'Make a symbolic link.',
      examples: [
        `salt '*' state.single file.symlink /etc/localtime target=/usr/share/zoneinfo/UTC force=True`,
      ],
      args: symlinkArguments,
      run: makeSymlink,
    }),
    touch: stateFn({
      doc: 'Make an empty file, or set the times of what is there.',
      args: touchArguments,
      run: touch,
    }),
    rename: stateFn({
      doc: 'Move a file when it is still at its old place.',
      args: renameArguments,
      run: rename,
    }),
    recurse: stateFn({
      doc: 'Make a directory with all that a directory of the file server holds.',
      examples: [`salt '*' state.single file.recurse /srv/www source=salt://www clean=True file_mode=keep`],
      args: recurseArguments,
      run: recurse,
    }),
    serialize: stateFn({
      doc: 'Make a file that holds data in a format: JSON, YAML, TOML and others.',
      examples: [`salt '*' state.single file.serialize /etc/app.json dataset='{port: 80}' serializer=json`],
      args: serializeArguments,
      run: serialize,
    }),
    copy: stateFn({
      doc: 'Copy a file or directory of the minion, once: what is there is left alone without ``force``.',
      examples: [`salt '*' state.single file.copy /etc/app.conf source=/etc/app.conf.dist`],
      args: copyArguments,
      run: copy,
    }),
    hardlink: stateFn({
      doc: 'Give a file a second name.',
      examples: [`salt '*' state.single file.hardlink /srv/b target=/srv/a`],
      args: hardlinkArguments,
      run: makeHardlink,
    }),
    mknod: stateFn({
      doc: 'Make a character device, block device or named pipe.',
      examples: [`salt '*' state.single file.mknod /run/app.pipe ntype=p mode=660`],
      args: mknodArguments,
      run: makeNodeState,
    }),
    tidied: stateFn({
      doc: 'Remove files from a directory and those below it, by age, size and name.',
      examples: [`salt '*' state.single file.tidied /var/cache/app age=7 matches='[".*\\.tmp"]'`],
      args: tidiedArguments,
      run: tidy,
    }),
    pruned: stateFn({
      doc: 'Remove a directory that is empty, or becomes so.',
      args: prunedArguments,
      run: prune,
    }),
    retention_schedule: stateFn({
      doc: 'Remove old backups from a directory: keep the latest ones, and the first of the latest days, weeks, months and years.',
      examples: [
        `salt '*' state.single file.retention_schedule /backups retain='{most_recent: 5, first_of_day: 14}'`,
      ],
      args: retentionArguments,
      run: keepScheduled,
    }),
    decode: stateFn({
      doc: 'Make a file that holds what data in base64 stand for.',
      args: decodeArguments,
      run: decode,
    }),
    cached: stateFn({
      doc: 'Fetch a file into the cache of the minion.',
      examples: [`salt '*' state.single file.cached salt://app.tar.gz`],
      args: cachedArguments,
      run: cache,
    }),
    not_cached: stateFn({
      doc: 'Remove a file from the cache of the minion.',
      args: notCachedArguments,
      run: forget,
    }),
    shortcut: stateFn({
      doc: 'Make a shortcut of Windows: not supported.',
      args: shortcutArguments,
      run: refuseShortcut,
    }),
    accumulated: stateFn({
      doc: 'Hand texts to the states that it names in ``require_in`` or ``watch_in``: ``file.blockreplace`` puts them into its block, a template of ``file.managed`` sees them as ``accumulator``.',
      args: accumulatedArguments,
      run: accumulate,
    }),
    append: stateFn({
      doc: 'Put texts at the end of a file, those that it does not hold yet.',
      examples: [`salt '*' state.single file.append /etc/motd text='Trust no one.'`],
      args: appendArguments,
      run: append,
    }),
    prepend: stateFn({
      doc: 'Put texts at the beginning of a file, those that it does not hold yet.',
      examples: [`salt '*' state.single file.prepend /etc/motd text='Trust no one.'`],
      args: prependArguments,
      run: prepend,
    }),
    replace: stateFn({
      doc: 'Replace what a regular expression matches in a file.',
      examples: [
        `salt '*' state.single file.replace /etc/ssh/sshd_config pattern='^#?Port .*' repl='Port 2222'`,
      ],
      args: replaceArguments,
      run: replace,
    }),
    line: stateFn({
      doc: 'Put a line into a file, replace or remove one.',
      examples: [
        `salt '*' state.single file.line /etc/hosts mode=ensure content='10.0.0.1 db' after='localhost'`,
      ],
      args: lineArguments,
      run: line,
    }),
    blockreplace: stateFn({
      doc: 'Replace what stands between two lines of a file.',
      examples: [
        `salt '*' state.single file.blockreplace /etc/hosts content='10.0.0.1 db' append_if_not_found=True`,
      ],
      args: blockReplaceArguments,
      run: blockReplace,
    }),
    comment: stateFn({
      doc: 'Make lines of a file comments.',
      examples: [`salt '*' state.single file.comment /etc/fstab regex='^bind 127.0.0.1'`],
      args: commentArguments,
      run: comment,
    }),
    uncomment: stateFn({
      doc: 'Make comments of a file lines again.',
      examples: [`salt '*' state.single file.uncomment /etc/modules regex='^nf_conntrack'`],
      args: uncommentArguments,
      run: uncomment,
    }),
    keyvalue: stateFn({
      doc: 'Give keys of a file their values: lines such as ``key=value``.',
      examples: [
        `salt '*' state.single file.keyvalue /etc/ssh/sshd_config key=Port value=2222 separator=' ' uncomment='#'`,
      ],
      args: keyvalueArguments,
      run: keyvalue,
    }),
    patch: stateFn({
      doc: 'Apply a patch to a file or directory, unless it was applied before; needs the program ``patch``.',
      examples: [`salt '*' state.single file.patch /opt/app.conf source=salt://app.patch`],
      args: patchArguments,
      run: patch,
    }),
    mod_run_check_cmd: stateFn({
      doc: 'Run a command with the path of a file as its last word; fail unless it exits with 0.',
      args: {
        cmd: arg.string('The command.'),
        filename: arg.string('The path.'),
        kwargs,
      },
      run: async (ctx, { cmd, filename }) =>
        (await acceptedBy(ctx, cmd, filename)) ?? { changes: {}, result: true, comment: '' },
    }),
  },
})

// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { accumulate, accumulatedArguments } from './file/accumulated.ts'
import { directoryArguments, manageDirectory } from './file/directory.ts'
import { acceptedBy, managedArguments, manageFile } from './file/managed.ts'
import {
  checkExists,
  checkMissing,
  makeAbsent,
  rename,
  renameArguments,
  touch,
  touchArguments,
} from './file/presence.ts'
import { makeSymlink, symlinkArguments } from './file/symlink.ts'

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
    accumulated: stateFn({
      doc: 'Hand texts to the states that it names in ``require_in`` or ``watch_in``: ``file.blockreplace`` puts them into its block, a template of ``file.managed`` sees them as ``accumulator``.',
      args: accumulatedArguments,
      run: accumulate,
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

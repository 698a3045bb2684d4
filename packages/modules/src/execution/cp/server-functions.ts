// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { prefix, saltenv } from './arguments.ts'

/** Functions that look at the file server and fetch nothing. */
export const serverFunctions = {
  list_master: fn({
    doc: 'Return the paths of all files of an environment.',
    examples: ["salt '*' cp.list_master"],
    args: { saltenv, prefix },
    run: ({ files }, args) => files.listFiles(args.prefix, { saltenv: args.saltenv }),
  }),
  list_master_dirs: fn({
    doc: 'Return the paths of all directories of an environment.',
    examples: ["salt '*' cp.list_master_dirs"],
    args: { saltenv, prefix },
    run: ({ files }, args) => files.listDirs(args.prefix, { saltenv: args.saltenv }),
  }),
  list_master_symlinks: fn({
    doc: 'Return the symbolic links of an environment, and what each points at.',
    examples: ["salt '*' cp.list_master_symlinks"],
    args: { saltenv, prefix },
    run: ({ files }, args) => files.listSymlinks(args.prefix, { saltenv: args.saltenv }),
  }),
  list_states: fn({
    doc: 'Return the names of all sls files of an environment.',
    examples: ["salt '*' cp.list_states"],
    args: { saltenv },
    run: async ({ files }, query) => slsNames(await files.listFiles('', query)),
  }),
  hash_file: fn({
    doc: 'Return the hash of a file on the file server, or of a local file given by its absolute path. Empty when it does not exist.',
    examples: ["salt '*' cp.hash_file salt://path/to/file"],
    args: { path: arg.string('URL or path of the file.'), saltenv },
    run: async ({ files }, { path, ...query }) =>
      (await files.hashFile(path, query)) ?? (path.startsWith('salt://') ? '' : {}),
  }),
  stat_file: fn({
    doc: 'Return the permissions of a file on the file server, or of a local file given by its absolute path. None when it does not exist.',
    examples: ["salt '*' cp.stat_file salt://path/to/file"],
    args: {
      path: arg.string('URL or path of the file.'),
      saltenv,
      octal: arg
        .boolean('Whether as text of four octal digits; else as a number, with the kind of the file.')
        .default(true),
    },
    run: async ({ files }, { path, octal, ...query }) => {
      const found = await files.statFile(path, query)
      if (found === undefined) return null
      return octal ? (found.mode & 0o7777).toString(8).padStart(4, '0') : found.mode
    },
  }),
  envs: fn({
    doc: 'Return the environments of the file server.',
    examples: ["salt '*' cp.envs"],
    run: ({ files }) => files.envs(),
  }),
}

function slsNames(paths: readonly string[]): string[] {
  const names = paths
    .filter((path) => path.endsWith('.sls'))
    .map((path) => path.replaceAll('/', '.').replace(/(?:\.init)?\.sls$/, ''))
  return [...new Set(names)].sort()
}

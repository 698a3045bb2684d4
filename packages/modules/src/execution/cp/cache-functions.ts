// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { saltenv } from './arguments.ts'
import { orMissing } from './log-missing.ts'
import { withProgress } from './with-progress.ts'

/** Functions of the copies that the minion keeps. */
export const cacheFunctions = {
  cache_file: fn({
    doc: 'Fetch a file into the cache of the minion. Returns the path of the copy; False when there is no such file.',
    examples: [
      "salt '*' cp.cache_file salt://path/to/file",
      "salt '*' cp.cache_file salt://foo/bar.conf?saltenv=config",
    ],
    args: {
      path: arg.string('URL of the file.'),
      saltenv,
      source_hash: arg.string('Hash of a copy in the cache that is taken without asking again.').optional(),
      verify_ssl: arg.boolean('Whether a server has to prove who it is.').default(true),
      use_etag: arg.boolean('Whether a web server is asked if it still has what was fetched.').default(false),
    },
    run: async (ctx, { path, ...query }) => {
      const options = {
        saltenv: query.saltenv,
        sourceHash: query.source_hash,
        verifySsl: query.verify_ssl,
        useEtag: query.use_etag,
      }
      const copy = withProgress(ctx, path, ctx.files.cacheFile(path, options))
      return orMissing(ctx, copy, { url: path, saltenv: query.saltenv, value: false })
    },
  }),
  cache_files: fn({
    doc: 'Fetch several files into the cache of the minion. Returns for each what ``cp.cache_file`` does.',
    examples: ["salt '*' cp.cache_files salt://pathto/file1,salt://pathto/file2"],
    args: { paths: arg.list('The URLs.', arg.string('A URL.')), saltenv },
    run: (ctx, { paths, ...query }) =>
      Promise.all(
        paths.map((url) => orMissing(ctx, ctx.files.cacheFile(url, query), { url, ...query, value: false })),
      ),
  }),
  cache_dir: fn({
    doc: 'Fetch a directory of the file server into the cache of the minion. Returns the paths of the copies.',
    examples: [
      "salt '*' cp.cache_dir salt://path/to/dir",
      "salt '*' cp.cache_dir salt://path/to/dir include_pat='E@*.py$'",
    ],
    args: {
      path: arg.string('URL of the directory.'),
      saltenv,
      include_empty: arg.boolean('Make its empty directories as well.').default(false),
      include_pat: arg
        .string('Shell pattern of the files that are meant, or with ``E@`` in front a regular expression.')
        .optional(),
      exclude_pat: arg.string('The same of files that are left out.').optional(),
    },
    run: ({ files }, { path, saltenv, include_empty, include_pat, exclude_pat }) =>
      files.cacheDir(path, {
        saltenv,
        includeEmpty: include_empty,
        includePat: include_pat,
        excludePat: exclude_pat,
      }),
  }),
  cache_master: fn({
    doc: 'Fetch all files of an environment into the cache of the minion. Returns the paths of the copies.',
    examples: ["salt '*' cp.cache_master"],
    args: { saltenv },
    run: ({ files }, query) => files.cacheDir('salt://', query),
  }),
  cache_dest: fn({
    doc: 'Return where the copy of a URL lies, or would.',
    examples: [
      "salt '*' cp.cache_dest https://example.com/bar.rpm",
      "salt '*' cp.cache_dest salt://my/file saltenv=dev",
    ],
    args: { url: arg.string('The URL.'), saltenv },
    run: ({ files }, { url, ...query }) => files.cacheDest(url, query),
  }),
  cache_local_file: fn({
    doc: 'Copy a file of the minion into its cache. Returns the path of the copy; empty when there is no such file.',
    examples: ["salt '*' cp.cache_local_file /etc/hosts"],
    args: { path: arg.path('The file.') },
    run: async ({ files }, { path }) => (await files.localFile(path)) ?? '',
  }),
  is_cached: fn({
    doc: 'Return the path of the cached copy of a file, however old; empty when it is not cached.',
    examples: ["salt '*' cp.is_cached salt://path/to/file"],
    args: { path: arg.string('The URL.'), saltenv },
    run: async ({ files }, { path, ...query }) => (await files.isCached(path, query)) ?? '',
  }),
  list_minion: fn({
    doc: 'Return the paths of all copies of files of an environment, and of files of the minion.',
    examples: ["salt '*' cp.list_minion"],
    args: { saltenv },
    run: ({ files }, query) => files.listCached(query),
  }),
}

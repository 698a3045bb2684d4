// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, type ExecContext, failed, fn } from '@halite/loader'
import { saltenv } from './cp/arguments.ts'
import { cacheFunctions } from './cp/cache-functions.ts'
import { getDir, getFile, isRemote } from './cp/fetch.ts'
import { orMissing } from './cp/log-missing.ts'
import { pushDir, pushFile } from './cp/push.ts'
import { receiveChunk, receiveFiles } from './cp/receive.ts'
import { serverFunctions } from './cp/server-functions.ts'
import { getTemplate, renderedNames } from './cp/template.ts'
import { withProgress } from './cp/with-progress.ts'

const dest = arg.string('Where to put it: a path, or a directory.')

const gzip = arg.any('Kept for old calls: what is sent is not packed.').optional()

const template = arg.string('Render both names as templates first: ``jinja``.').optional()

const makedirs = arg.boolean('Make the directories that are missing.').default(false)

/** `cp`: files of the file server, on the minion. */
export default defineModule({
  name: 'cp',
  doc: 'Brings files of the file server to the minion, and files of the minion to the master.',
  functions: {
    ...cacheFunctions,
    ...serverFunctions,
    get_file: fn({
      doc: 'Copy a file of the file server to a path of the minion. Returns the path; empty when there is no such file.',
      examples: ["salt '*' cp.get_file salt://path/to/file /minion/dest"],
      args: { path: arg.string('URL of the file.'), dest, saltenv, makedirs, template, gzip },
      run: async (ctx, args) => {
        const wanted = await renderedNames(ctx, args)
        return orMissing(ctx, getFile(ctx, wanted), { url: wanted.path, saltenv: args.saltenv, value: '' })
      },
    }),
    get_dir: fn({
      doc: 'Copy a directory of the file server, with its name, into a directory of the minion. Returns the paths of its files and empty directories.',
      examples: ["salt '*' cp.get_dir salt://path/to/dir/ /minion/dest"],
      args: {
        path: arg.string('URL of the directory.'),
        dest: arg.string('The directory of the minion.'),
        saltenv,
        template,
        gzip,
      },
      run: async (ctx, args) => getDir(ctx, { ...(await renderedNames(ctx, args)), makedirs: true }),
    }),
    get_template: fn({
      doc: 'Render a file of the file server as a template and put the text at a path of the minion. Returns the path; empty when there is no such file.',
      examples: ["salt '*' cp.get_template salt://path/to/template /minion/dest"],
      args: {
        path: arg.string('URL of the file.'),
        dest,
        template: arg.string('The engine.').default('jinja'),
        saltenv,
        makedirs,
        kwargs: arg.keywords('Names that the template sees; ``context``: a map of more.'),
      },
      run: (ctx, { kwargs, ...wanted }) =>
        orMissing(ctx, getTemplate(ctx, { ...wanted, context: kwargs }), {
          url: wanted.path,
          saltenv: wanted.saltenv,
          value: '',
        }),
    }),
    get_url: fn({
      doc: 'Fetch what a URL names. Returns its path, or with ``dest=None`` its text; False when ``salt://`` has no such file.',
      examples: [
        "salt '*' cp.get_url salt://my/file /tmp/this_file_is_mine",
        "salt '*' cp.get_url https://example.com/file /tmp/file",
      ],
      args: {
        path: arg.string(
          'The URL: ``salt://``, ``http://``, ``https://``, ``ftp://`` or ``file://``. A file of the minion stays where it is.',
        ),
        dest: arg
          .any('Where to put it; empty for the cache of the minion, None to return its text.')
          .default(''),
        saltenv,
        makedirs,
        source_hash: arg.string('Hash of a copy in the cache that is taken without asking again.').optional(),
      },
      run: getUrl,
    }),
    get_file_str: fn({
      doc: 'Fetch a file into the cache of the minion and return its text; False when the server has no such file.',
      examples: ["salt '*' cp.get_file_str salt://my/file"],
      args: { path: arg.string('URL of the file.'), saltenv },
      run: async (ctx, { path, ...query }) => {
        const copy = await orMissing(ctx, ctx.files.cacheFile(path, query), {
          url: path,
          ...query,
          value: undefined,
        })
        return copy === undefined ? false : ctx.fs.readText(copy)
      },
    }),
    push: fn({
      doc: 'Send a file of the minion to the master, which keeps it below ``minions/<id>/files`` of its ``cachedir`` when ``file_recv`` is set there.',
      examples: ["salt '*' cp.push /etc/fstab", "salt '*' cp.push /etc/fstab upload_path='/new/path/fstab'"],
      args: {
        path: arg.path('The file, by its absolute path.'),
        keep_symlinks: arg
          .boolean('Send it under the path as it is given, not under that which links lead to.')
          .default(false),
        upload_path: arg.string('Another path to keep it under.').optional(),
        remove_source: arg.boolean('Remove the file once the master has it.').default(false),
      },
      run: (ctx, { path, keep_symlinks, upload_path, remove_source }) =>
        pushFile(ctx, {
          path,
          keepSymlinks: keep_symlinks,
          uploadPath: upload_path,
          removeSource: remove_source,
        }),
    }),
    push_dir: fn({
      doc: 'Send the files of a directory on the minion to the master. Returns False when there is nothing to send.',
      examples: ["salt '*' cp.push_dir /etc/modprobe.d/ glob='*.conf'"],
      args: {
        path: arg.path('The directory, by its absolute path.'),
        glob: arg.string('Shell pattern of the names of the files that are meant.').optional(),
        upload_path: arg.string('Another path to keep it under.').optional(),
      },
      run: (ctx, { path, glob, upload_path }) => pushDir(ctx, { path, glob, uploadPath: upload_path }),
    }),
    recv: fn({
      doc: 'Write small files that ``salt-cp`` sends. Not to be called by people.',
      examples: ["salt '*' cp.recv '{motd: hello}' /tmp/"],
      args: {
        files: arg.map('Content by path.'),
        dest: arg.path('Where to put it: a path, or a directory.'),
      },
      run: (ctx, { files, dest: to }) => receiveFiles(ctx, files, to),
    }),
    recv_chunked: fn({
      doc: 'Write one part of a file that ``salt-cp --chunked`` sends. Not to be called by people.',
      examples: ["salt '*' cp.recv_chunked /tmp/motd aGVsbG8= compressed=False"],
      args: {
        dest: arg.path('Path of the file.'),
        chunk: arg.any('The part, in base64; None to make a directory.'),
        append: arg.boolean('Whether it follows another part.').default(false),
        compressed: arg.boolean('Whether the part is packed by gzip.').default(true),
        mode: arg.integer('Permissions of the file.').optional(),
        complete: arg
          .boolean(
            'Whether it is the last part. Parts are then collected beside the file, and put in its place together.',
          )
          .optional(),
      },
      run: (ctx, args) => receiveChunk(ctx, args),
    }),
  },
})

interface UrlArguments {
  readonly path: string
  readonly dest: unknown
  readonly saltenv: string | undefined
  readonly makedirs: boolean
  readonly source_hash: string | undefined
}

async function getUrl(ctx: ExecContext, args: UrlArguments): Promise<unknown> {
  const { path, dest: to, saltenv: env, source_hash } = args
  const query = { saltenv: env, sourceHash: source_hash }
  if (typeof to === 'string' && to !== '' && (isRemote(path) || path.startsWith('salt://'))) {
    const placed = getFile(ctx, { path, dest: to, saltenv: env, makedirs: args.makedirs })
    return orMissing(ctx, placed, { url: path, saltenv: env, value: failed(false, 1) })
  }
  const fetched = withProgress(ctx, path, ctx.files.cacheFile(path, query))
  const copy = await orMissing(ctx, fetched, { url: path, saltenv: env, value: undefined })
  if (copy === undefined) return failed(false, 1)
  return to === null ? ctx.fs.readText(copy) : copy
}

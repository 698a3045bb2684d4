// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import {
  type ActionReport,
  arg,
  defineModule,
  type FileserverContext,
  type MasterContext,
  masterFn,
  type ServedKind,
} from '@halite/loader'

const backend = texts(
  'Only these of the backends there are: names with commas between, or a list. With ``-`` in front of each, all but these.',
)
const saltenv = arg.string('The environment.').default('base')
const remote = arg
  .string('Only remotes whose URL matches this shell pattern, such as ``*github.com*``.')
  .optional()

/** `fileserver`: what the master serves, and where that comes from. */
export default defineModule({
  name: 'fileserver',
  doc: 'Shows what the file server of the master serves, and updates what it fetches from elsewhere.',
  functions: {
    envs: masterFn({
      doc: 'Return the environments there are.',
      examples: ['salt-run fileserver.envs', 'salt-run fileserver.envs backend=roots,git sources=True'],
      args: {
        backend,
        sources: arg.boolean('Return them below the backend they come from.').default(false),
      },
      run: async (ctx, args) => {
        const byBackend = await fileserverOf(ctx).envs(args.backend)
        return args.sources ? byBackend : [...new Set(Object.values(byBackend).flat())].sort()
      },
    }),
    file_list: lists('files', 'Return the files of an environment.', 'file_list'),
    dir_list: lists('dirs', 'Return the directories of an environment.', 'dir_list'),
    empty_dir_list: lists(
      'empty_dirs',
      'Return the empty directories of an environment. Git knows none.',
      'empty_dir_list',
    ),
    symlink_list: masterFn({
      doc: 'Return the symbolic links of an environment with what they point at.',
      examples: ['salt-run fileserver.symlink_list', 'salt-run fileserver.symlink_list saltenv=prod'],
      args: { saltenv, backend },
      run: (ctx, args) => fileserverOf(ctx).symlinks(args.saltenv, args.backend),
    }),
    update: masterFn({
      doc: 'Fetch what is new from the remotes of backends, now. Fails when one of them cannot be fetched; the others are.',
      examples: ['salt-run fileserver.update', 'salt-run fileserver.update backend=git remotes=myrepo'],
      args: {
        backend,
        remotes: texts('Only these remotes of git: by their URL, or the parameter ``name``.'),
      },
      run: async (ctx, args) => {
        const failures = await fileserverOf(ctx).update(args.backend, args.remotes)
        if (failures.length === 0) return true
        throw new SaltError('GIT_FAILED', failures.join('\n'))
      },
    }),
    clear_cache: masterFn({
      doc: 'Remove all that was fetched from remotes. The next update fetches it again; until then it is not served.',
      examples: ['salt-run fileserver.clear_cache', 'salt-run fileserver.clear_cache backend=git'],
      args: { backend },
      run: async (ctx, args) =>
        told(await fileserverOf(ctx).clearCache(args.backend), 'cleared', 'No cache was cleared'),
    }),
    lock: masterFn({
      doc: 'Hold off updates of remotes until ``fileserver.clear_lock``.',
      examples: ['salt-run fileserver.lock', "salt-run fileserver.lock backend=git remote='*github.com*'"],
      args: { backend, remote },
      run: async (ctx, args) =>
        told(await fileserverOf(ctx).lock(args.backend, args.remote), 'locked', 'No locks were set'),
    }),
    clear_lock: masterFn({
      doc: 'Remove the locks of remotes, so that they are updated again.',
      examples: ['salt-run fileserver.clear_lock', "salt-run fileserver.clear_lock remote='*bitbucket*'"],
      args: { backend, remote },
      run: async (ctx, args) =>
        told(
          await fileserverOf(ctx).clearLock(args.backend, args.remote),
          'cleared',
          'No locks were removed',
        ),
    }),
    clear_file_list_cache: masterFn({
      doc: 'Forget the lists of files, which are looked up again when somebody asks. Return by backend of which environments there were some.',
      examples: ['salt-run fileserver.clear_file_list_cache saltenv=base backend=roots'],
      args: { saltenv: texts('Only these environments.'), backend },
      run: (ctx, args) => fileserverOf(ctx).clearLists(args.saltenv, args.backend),
    }),
  },
})

function lists(kind: ServedKind, doc: string, name: string) {
  return masterFn({
    doc,
    examples: [`salt-run fileserver.${name}`, `salt-run fileserver.${name} saltenv=prod backend=git`],
    args: { saltenv, backend },
    run: (ctx, args) => fileserverOf(ctx).list(args.saltenv, kind, args.backend),
  })
}

/** Names, as a list or with commas between. */
function texts(doc: string) {
  return arg.list(doc, arg.string('A name.')).optional()
}

function fileserverOf({ fileserver }: MasterContext): FileserverContext {
  if (fileserver !== undefined) return fileserver
  throw new SaltError('MASTER_UNREACHABLE', 'files are served by a running master only')
}

/** As Salt's functions return it: what was done, what could not be done, or a text when it was nothing. */
function told({ done, errors }: ActionReport, name: string, nothing: string): unknown {
  if (done.length === 0 && errors.length === 0) return nothing
  return { ...(done.length > 0 ? { [name]: done } : {}), ...(errors.length > 0 ? { errors } : {}) }
}

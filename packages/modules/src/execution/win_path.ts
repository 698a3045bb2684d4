// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import { arg, defineModule, type ExecContext, type Failed, failed, fn } from '@halite/loader'
import { broadcastSettings } from './parts/settings-change.ts'
import { normalDirectory, pathDirectories, withDirectory, withoutDirectory } from './win_path/directories.ts'

const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment'
const path = arg.path('The directory. Its case and backslashes at its end do not count.')
const rehash = arg.boolean('Tell running programs that the path has changed.').default(true)

/** `win_path`: the search path of a whole machine with Windows. */
export default defineModule({
  name: 'win_path',
  doc: 'Reads and changes the search path of the system, as it stands in the registry.',
  needs: { platform: 'win32' },
  functions: {
    get_path: fn({
      doc: 'Return the directories of the search path of the system.',
      examples: ["salt '*' win_path.get_path"],
      run: readPath,
    }),
    exists: fn({
      doc: 'Return whether a directory is in the search path of the system.',
      examples: ["salt '*' win_path.exists 'c:\\python27'"],
      args: { path },
      run: async (ctx, args) => {
        const wanted = normalDirectory(args.path).toLowerCase()
        return (await readPath(ctx)).some((each) => each.toLowerCase() === wanted)
      },
    }),
    add: fn({
      doc: 'Put a directory into the search path of the system, and of this job. Returns whether it is there now.',
      examples: ["salt '*' win_path.add 'c:\\python27' 0", "salt '*' win_path.add 'c:\\python27' index='-1'"],
      args: {
        path,
        index: arg
          .integer(
            'Its place, counted from 0, or from the end: ``-1`` is the last. Default: where it is, else at the end.',
          )
          .optional(),
        rehash,
      },
      run: async (ctx, args) => {
        const directory = normalDirectory(args.path)
        if (directory === '.') return false
        return changePath(ctx, args.rehash, (all) => withDirectory(all, directory, args.index))
      },
    }),
    remove: fn({
      doc: 'Take a directory out of the search path of the system, and of this job. Returns whether it is gone.',
      examples: ["salt '*' win_path.remove 'c:\\python27'"],
      args: { path, rehash },
      run: (ctx, args) => {
        const directory = normalDirectory(args.path)
        return changePath(ctx, args.rehash, (all) => withoutDirectory(all, directory))
      },
    }),
    rehash: fn({
      doc: 'Tell running programs that the environment has changed. Services see it after a restart.',
      examples: ["salt '*' win_path.rehash"],
      run: (ctx) => broadcastSettings(ctx),
    }),
  },
})

async function readPath({ windowsRegistry }: ExecContext): Promise<string[]> {
  const values = await windowsRegistry.values(key)
  const [, value] = [...(values ?? [])].find(([name]) => name.toUpperCase() === 'PATH') ?? []
  return pathDirectories(String(value?.data ?? ''))
}

/** `change` gives the new list, or the same one when there is nothing to do. */
async function changePath(
  ctx: ExecContext,
  tell: boolean,
  change: (all: readonly string[]) => readonly string[],
): Promise<true | Failed> {
  const ours = pathDirectories(process.env['PATH'] ?? '')
  process.env['PATH'] = change(ours).join(';')
  const before = await readPath(ctx)
  const after = change(before)
  if (after === before) return true
  try {
    await ctx.windowsRegistry.setValue(key, 'Path', { type: 'REG_EXPAND_SZ', data: after.join(';') })
  } catch (error) {
    ctx.log.error(messageOf(error))
    return failed(false, 1)
  }
  if (tell && !(await broadcastSettings(ctx)))
    ctx.log.warning('running programs were not told of the new path')
  return true
}

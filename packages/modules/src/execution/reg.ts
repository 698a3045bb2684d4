// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, type Failed, failed, fn } from '@halite/loader'
import { broadcastSettings } from './parts/settings-change.ts'
import { castData, dataArgument, typesOfValues } from './reg/data.ts'
import { entryOf, listOfValues, readEntry } from './reg/entries.ts'
import { deniedOrMissing, type Place, placeOf, shownPlace } from './reg/place.ts'
import { removeTree } from './reg/remove-tree.ts'

const place = {
  hive: arg.string('The hive: ``HKEY_LOCAL_MACHINE`` or ``HKLM``, ``HKCU``, ``HKU``, ``HKCR``, ``HKCC``.'),
  key: arg.string('The key, such as ``SOFTWARE\\Microsoft``.'),
}
const keyOrHive = arg.string('The key; default the hive itself.').default('')
const vname = arg.string('Name of the value; default the value of the key itself, ``(Default)``.').default('')
const use_32bit_registry = arg
  .boolean('Use the part of the registry that is for programs of 32 bits.')
  .default(false)

/** `reg`: the registry of Windows. */
export default defineModule({
  name: 'reg',
  doc: 'Reads and changes the registry of Windows. Every character of a text is kept.',
  needs: { platform: 'win32' },
  functions: {
    key_exists: fn({
      doc: 'Return whether there is a key. One that we may not read counts.',
      examples: ["salt '*' reg.key_exists HKLM 'SOFTWARE\\Microsoft'"],
      args: { ...place, use_32bit_registry },
      run: async (ctx, args) => {
        const values = await ctx.windowsRegistry.values(...placeOf(args)).catch(deniedOrMissing)
        return values !== undefined
      },
    }),
    value_exists: fn({
      doc: 'Return whether a key has a value of this name.',
      examples: [
        "salt '*' reg.value_exists HKLM 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion' CommonFilesDir",
      ],
      args: {
        ...place,
        vname: arg.string('Name of the value; empty for that of the key itself.'),
        use_32bit_registry,
      },
      run: async (ctx, args) => {
        const values = await ctx.windowsRegistry.values(...placeOf(args))
        return values !== undefined && entryOf(values, args.vname) !== undefined
      },
    }),
    list_keys: fn({
      doc: 'Return the names of the keys right below a key or hive; ``[False, reason]`` where it cannot be read.',
      examples: ["salt '*' reg.list_keys HKLM SOFTWARE"],
      args: { hive: place.hive, key: keyOrHive, use_32bit_registry },
      run: (ctx, args) =>
        orReason(args, async () => {
          const values = await ctx.windowsRegistry.values(...placeOf(args))
          return values === undefined ? undefined : ctx.windowsRegistry.keys(...placeOf(args))
        }),
    }),
    list_values: fn({
      doc: 'Return the values of a key or hive: a map for each, as from ``reg.read_value``; ``[False, reason]`` where it cannot be read.',
      examples: ["salt '*' reg.list_values HKLM 'SYSTEM\\CurrentControlSet\\Services\\Tcpip'"],
      args: { hive: place.hive, key: keyOrHive, use_32bit_registry },
      run: (ctx, args) =>
        orReason(args, async () => {
          const values = await ctx.windowsRegistry.values(...placeOf(args))
          return values && listOfValues(args, values)
        }),
    }),
    read_value: fn({
      doc: 'Return a value: a map of ``hive``, ``key``, ``vname``, ``vdata``, ``vtype`` and ``success``, with a ``comment`` where there is none.',
      examples: ["salt '*' reg.read_value HKEY_LOCAL_MACHINE 'SOFTWARE\\Salt' version"],
      args: { ...place, vname, use_32bit_registry },
      run: (ctx, args) => readEntry(ctx, args),
    }),
    set_value: fn({
      doc: 'Set a value, and make its key where it is missing. Returns True; False when Windows refuses, and the log says why.',
      examples: [
        "salt '*' reg.set_value HKEY_LOCAL_MACHINE 'SOFTWARE\\Salt' version 2015.5.2",
        "salt '*' reg.set_value HKLM 'SOFTWARE\\Salt' list '[a, b]' vtype=REG_MULTI_SZ",
      ],
      args: {
        ...place,
        vname,
        vdata: dataArgument,
        vtype: arg.choice('Type of the value.', typesOfValues).default('REG_SZ'),
        use_32bit_registry,
        volatile: arg.boolean('A key that is made is forgotten when Windows stops.').default(false),
      },
      run: async (ctx, args) => {
        const [path, view] = placeOf(args)
        const data = castData(args.vdata, args.vtype)
        const value = { type: args.vtype, data, view, volatile: args.volatile }
        return orLogged(ctx, ctx.windowsRegistry.setValue(path, args.vname, value), async () => {
          await broadcastSettings(ctx, path)
          return true
        })
      },
    }),
    delete_value: fn({
      doc: 'Remove a value. Returns True, or None when there is no such value.',
      examples: ["salt '*' reg.delete_value HKEY_CURRENT_USER 'SOFTWARE\\Salt' version"],
      args: { ...place, vname, use_32bit_registry },
      run: async (ctx, args) => {
        const [path, view] = placeOf(args)
        const wasThere = await ctx.windowsRegistry.removeValue(path, args.vname, view)
        if (wasThere) await broadcastSettings(ctx, path)
        return wasThere ? true : null
      },
    }),
    delete_key_recursive: fn({
      doc: 'Remove a key with all below it. Returns the paths in ``Deleted`` and ``Failed``; False when there is no such key, or it is too close to the root.',
      examples: ["salt '*' reg.delete_key_recursive HKLM 'SOFTWARE\\DeleteMe'"],
      args: { ...place, use_32bit_registry },
      run: removeTree,
    }),
    import_file: fn({
      doc: 'Merge a file in the format of ``reg export`` into the registry. Returns True.',
      examples: ["salt '*' reg.import_file salt://win/printer_config/110_Canon/postinstall_config.reg"],
      args: {
        source: arg.string('Path or URL of the file.'),
        use_32bit_registry,
      },
      run: importFile,
    }),
    broadcast_change: fn({
      doc: 'Tell running programs that the environment has changed. Services see it after a restart. Returns whether Windows took the message.',
      examples: ["salt '*' reg.broadcast_change"],
      run: (ctx) => broadcastSettings(ctx),
    }),
  },
})

/** Salt's answer where a key is missing or closed to us. */
async function orReason<T>(at: Place, read: () => Promise<T | undefined>): Promise<T | [false, string]> {
  try {
    return (await read()) ?? [false, `Cannot find key: ${shownPlace(at)}`]
  } catch (error) {
    deniedOrMissing(error)
    return [false, `Access is denied: ${shownPlace(at)}`]
  }
}

async function orLogged<T>(
  { log }: ExecContext,
  changed: Promise<void>,
  next: () => Promise<T>,
): Promise<T | Failed> {
  try {
    await changed
  } catch (error) {
    log.error(messageOf(error))
    return failed(false, 1)
  }
  return next()
}

async function importFile(
  ctx: ExecContext,
  { source, use_32bit_registry: narrow }: { readonly source: string; readonly use_32bit_registry: boolean },
): Promise<true> {
  const copy = /^[A-Za-z]:\\/.test(source) ? source : await ctx.files.cacheFile(source)
  if (copy === undefined) throw new SaltError('COMMAND_FAILED', `File/URL '${source}' probably invalid.`)
  const { retcode, stdout, stderr } = await ctx.run(['reg', 'import', copy, narrow ? '/reg:32' : '/reg:64'])
  if (retcode === 0) return true
  const said = `${stdout}${stderr}`.trim()
  throw new SaltError('COMMAND_FAILED', `reg.exe import failed with return code ${retcode}: ${said}`)
}

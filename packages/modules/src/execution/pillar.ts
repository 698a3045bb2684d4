// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  isMap,
  keysOf,
  mapValues,
  pythonTypeName,
  SaltError,
  safeJoin,
} from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { callPillar } from './parts/call-pillar.ts'
import { filterArguments, filterBy } from './parts/filter-by.ts'
import { checkKeywords } from './parts/keywords.ts'
import { lookUp } from './parts/look-up.ts'
import { getValue, keysAt } from './pillar/get-value.ts'

type Data = Readonly<Record<string, unknown>>

const delimiter = arg.string('What separates the keys of a path.').default(':')

const environment = {
  pillarenv: arg
    .string('Compile the pillar of this environment, in place of looking at the one held.')
    .optional(),
  saltenv: arg
    .string('The environment of states, which counts with ``pillarenv_from_saltenv`` and ``__env__``.')
    .optional(),
}

const freshArguments = {
  args: arg.rest('Paths: return only these, of the pillar that is held.', arg.string('A path.')),
  kwargs: arg.keywords(
    '``pillar``: a map that wins over what is compiled; ``pillar_enc``: the renderer that decrypts it, ``gpg``; ``pillarenv``: only this environment.',
  ),
}

const get = fn({
  doc: 'Return the value at a path of keys, such as ``pkg:apache``, from the pillar the minion holds.',
  examples: ["salt '*' pillar.get pkg:apache", "salt '*' pillar.get abc::def|ghi delimiter='|'"],
  args: {
    key: arg.string('The path.'),
    default: arg.any('What to return when nothing is there; default an empty text.').optional(),
    merge: arg
      .boolean('Merge the value into ``default``, when both are maps or both are lists.')
      .default(false),
    merge_nested_lists: arg
      .boolean('Join lists inside maps; default the option ``pillar_merge_lists``.')
      .optional(),
    delimiter,
    ...environment,
  },
  inline: true,
  reads: ['grains', 'pillar'],
  run: getValue,
})

/** `pillar`: the data that the master has for this minion alone. */
export default defineModule({
  name: 'pillar',
  doc: 'Returns the pillar: the data that the master has for this minion alone.',
  functions: {
    get,
    fetch: fn({ ...get, examples: ["salt '*' pillar.fetch pkg:apache"] }),
    item: fn({
      doc: 'Return several values by their paths, from the pillar the minion holds; what is not there is an empty text.',
      examples: ["salt '*' pillar.item foo", "salt '*' pillar.item foo:bar baz"],
      args: {
        args: arg.rest('The paths.', arg.string('A path.')),
        kwargs: arg.keywords('``default``, ``delimiter`` and ``pillarenv``, as for ``pillar.get``.'),
      },
      inline: true,
      reads: ['grains', 'pillar'],
      run: (ctx, { args, kwargs }) => getItems(ctx, args, kwargs),
    }),
    items: fn({
      doc: 'Have the pillar compiled again and return it. The pillar that is held stays what it is.',
      examples: ["salt '*' pillar.items"],
      args: freshArguments,
      reads: ['grains', 'pillar'],
      run: (ctx, { args, kwargs }) => fresh(ctx, 'items', { args, kwargs }),
    }),
    data: fn({
      doc: 'The older name of ``pillar.items``.',
      examples: ["salt '*' pillar.data"],
      args: freshArguments,
      reads: ['grains', 'pillar'],
      run: (ctx, { args, kwargs }) => fresh(ctx, 'data', { args, kwargs }),
    }),
    ls: fn({
      doc: 'Have the pillar compiled again and return the names of its keys.',
      examples: ["salt '*' pillar.ls"],
      args: freshArguments,
      reads: ['grains', 'pillar'],
      run: async (ctx, { args, kwargs }) => keysOf(await fresh(ctx, 'ls', { args, kwargs })),
    }),
    obfuscate: fn({
      doc: 'As ``pillar.items``, with the type of each value in place of the value.',
      examples: ["salt '*' pillar.obfuscate"],
      args: freshArguments,
      reads: ['grains', 'pillar'],
      run: async (ctx, { args, kwargs }) => typesOf(await fresh(ctx, 'obfuscate', { args, kwargs })),
    }),
    ext: fn({
      doc: 'Have the pillar compiled with an external pillar of this call: a map of its name to its settings. The option ``on_demand_ext_pillar`` of the master lists those that it lets minions ask for; others are told under ``_errors``.',
      examples: ["salt '*' pillar.ext '{libvirt: _}'"],
      args: {
        external: arg.map('The external pillar, name to settings.'),
        pillar: arg.map('A map that wins over what is compiled.').optional(),
      },
      reads: ['grains', 'pillar'],
      run: (ctx, { external, pillar }) => ctx.compilePillar(undefined, { ext: external, override: pillar }),
    }),
    raw: fn({
      doc: 'Return the pillar the minion holds, or what it has under a key.',
      examples: ["salt '*' pillar.raw", "salt '*' pillar.raw key=roles"],
      args: { key: arg.string('The key; it is not a path.').optional() },
      inline: true,
      reads: ['grains', 'pillar'],
      run: ({ pillar }, { key }) => (key ? lookUp(pillar, [key], {}) : pillar),
    }),
    keys: fn({
      doc: 'Return the names of the keys of a map in the pillar the minion holds.',
      examples: ["salt '*' pillar.keys web:sites"],
      args: { key: arg.string('The path of the map.'), delimiter },
      inline: true,
      reads: ['grains', 'pillar'],
      run: ({ pillar }, args) => keysAt(pillar, args.key, args.delimiter),
    }),
    filter_by: fn({
      doc: 'Return the value of the first key that matches a value of the pillar, as a glob; a list is tried item by item.',
      examples: ["salt '*' pillar.filter_by '{web: Serve it up, db: I query, default: x_x}' role"],
      args: {
        lookup_dict: arg.map('Values by glob.'),
        pillar: arg.string('The path of the value in the pillar.'),
        ...filterArguments,
      },
      inline: true,
      reads: ['grains', 'pillar'],
      run: ({ pillar: held }, { pillar, ...filter }) => filterBy(held, { ...filter, key: pillar }),
    }),
    file_exists: fn({
      doc: 'Return whether a file exists below ``pillar_roots``. Only meaningful on the master, or without one.',
      examples: ['salt-call --local pillar.file_exists foo/bar.sls'],
      args: {
        path: arg.path('The file, relative to a directory of ``pillar_roots``.'),
        saltenv: arg.string('Only this environment.').optional(),
      },
      reads: ['grains', 'pillar'],
      run: (ctx, { path, saltenv }) => fileExists(ctx, path, saltenv),
    }),
  },
})

async function getItems(ctx: ExecContext, paths: readonly string[], kwargs: Data): Promise<Data> {
  const { default: fallback, delimiter: given, pillarenv, saltenv: _unused, ...others } = kwargs
  checkKeywords('pillar.item', others)
  const separator = delimiter.parse(given ?? null)
  const wanted = environment.pillarenv.parse(pillarenv ?? null)
  const pillar = wanted === undefined ? ctx.pillar : await ctx.compilePillar(wanted)
  return Object.fromEntries(paths.map((key) => [key, lookUp(pillar, key.split(separator), fallback ?? '')]))
}

interface FreshCall {
  readonly args: readonly string[]
  readonly kwargs: Data
}

async function fresh(ctx: ExecContext, name: string, { args, kwargs }: FreshCall): Promise<DataMap> {
  const { pillar, pillar_enc, pillarenv, saltenv, ...others } = kwargs
  checkKeywords(`pillar.${name}`, others)
  if (args.length > 0) return getItems(ctx, args, { pillarenv, saltenv })
  return ctx.compilePillar(environment.pillarenv.parse(pillarenv ?? null), {
    saltenv: environment.saltenv.parse(saltenv ?? null),
    override: await callPillar(ctx, { pillar, pillar_enc }),
  })
}

/** Keys stay; a value becomes the name of its type. */
function typesOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(typesOf)
  return isMap(value) ? mapValues(value, typesOf) : `<${pythonTypeName(value)}>`
}

async function fileExists(
  { options, fs }: ExecContext,
  path: string,
  saltenv: string | undefined,
): Promise<boolean> {
  const roots = options['pillar_roots']
  if (!isMap(roots)) {
    throw new SaltError('COMMAND_FAILED', 'No pillar_roots found. Are you running this on the master?')
  }
  const chosen = entriesOf(roots).filter(([name]) => saltenv === undefined || name === saltenv)
  const directories = chosen.flatMap(([, listed]) => (Array.isArray(listed) ? listed : []))
  const found = await Promise.all(
    directories.map((directory) => fs.exists(safeJoin(String(directory), path)).catch(() => false)),
  )
  return found.includes(true)
}

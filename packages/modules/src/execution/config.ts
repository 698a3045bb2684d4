// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, hasKey, isMap, mapOf, mergeMaps, pythonStr, valueAt } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import { configDefaults } from './config/defaults.ts'
import { writtenOptions } from './config/written-options.ts'
import { lookUp } from './parts/look-up.ts'

type Data = DataMap

const omit = {
  opts: arg.boolean('Leave out the configuration of the minion.').default(false),
  grains: arg.boolean('Leave out the grains.').default(false),
  pillar: arg.boolean('Leave out the pillar.').default(false),
  master: arg
    .boolean('Leave out the configuration of the master, which a pillar may show below ``master``.')
    .default(false),
}

/** `config`: settings, wherever they come from. */
export default defineModule({
  name: 'config',
  doc: 'Looks settings up in the configuration of the minion, its grains, its pillar, and that of the master.',
  functions: {
    get: fn({
      doc: 'Return the value at a path of keys: from the configuration of the minion, else its grains, its pillar, the configuration of the master, or the defaults of modules.',
      examples: [
        "salt '*' config.get pkg:apache",
        "salt '*' config.get lxc.container_profile:centos merge=recurse",
      ],
      args: {
        key: arg.string('The path.'),
        default: arg.any('What to return when nothing is there.').default(''),
        delimiter: arg.string('What separates the keys of the path.').default(':'),
        merge: arg.string('Merge all sources before looking: ``recurse`` or ``overwrite``.').optional(),
        omit_opts: omit.opts,
        omit_pillar: omit.pillar,
        omit_master: omit.master,
        omit_grains: omit.grains,
      },
      inline: true,
      reads: ['quick grains', 'pillar'],
      run: getValue,
    }),
    option: fn({
      doc: 'Return the value of a key that is not nested, from the same sources as ``config.get``.',
      examples: [
        "salt '*' config.option redis.host",
        "salt '*' config.option '*' omit_all=True wildcard=True",
      ],
      args: {
        value: arg.string('The key, or with ``wildcard`` a glob.'),
        default: arg.any('What to return when nothing is there.').optional(),
        omit_opts: omit.opts,
        omit_grains: omit.grains,
        omit_pillar: omit.pillar,
        omit_master: omit.master,
        omit_all: arg.boolean('Leave out all but the defaults of modules.').default(false),
        wildcard: arg.boolean('Return a map of all keys that match.').default(false),
      },
      inline: true,
      reads: ['quick grains', 'pillar'],
      run: (ctx, { value, default: fallback, wildcard, ...omitted }) => {
        const sources = sourcesOf(ctx, omitted.omit_all ? allOmitted : omitted)
        return wildcard ? matching(sources, value, fallback ?? {}) : firstOf(sources, value, fallback ?? '')
      },
    }),
    backup_mode: fn({
      doc: 'Return a mode of backups: the one given, else the option ``backup_mode``.',
      examples: ["salt '*' config.backup_mode"],
      args: { backup: arg.string('The mode.').default('') },
      inline: true,
      reads: ['quick grains', 'pillar'],
      run: (ctx, { backup }) => backup || ctx.call('config.option', { value: 'backup_mode' }),
    }),
    merge: fn({
      doc: 'Return what the configuration of the minion, that of the master and the pillar have under a key, merged. A text is not merged: the first one is returned.',
      examples: ["salt '*' config.merge schedule"],
      args: {
        value: arg.string('The key.'),
        default: arg.any('What to return when nothing is there.').default(''),
        omit_opts: omit.opts,
        omit_master: omit.master,
        omit_pillar: omit.pillar,
      },
      inline: true,
      reads: ['quick grains', 'pillar'],
      run: (ctx, { value, default: fallback, ...omitted }) =>
        mergedValue(ctx, value, { ...omitted, fallback }),
    }),
    items: fn({
      doc: 'Return the whole configuration of the minion, defaults included.',
      examples: ["salt '*' config.items"],
      inline: true,
      reads: ['quick grains', 'pillar'],
      run: ({ options }) => options,
    }),
    dot_vals: fn({
      doc: 'Return the settings whose names begin with a word and a dot.',
      examples: ["salt '*' config.dot_vals host"],
      args: { value: arg.string('The word.') },
      inline: true,
      reads: ['quick grains', 'pillar'],
      run: (ctx, { value }) => {
        const all = [...entriesOf(masterOf(ctx)), ...entriesOf(ctx.options)]
        return mapOf(all.filter(([key]) => pythonStr(key).startsWith(`${value}.`)))
      },
    }),
    manage_mode: fn({
      doc: 'Return file permissions as text of at least four digits.',
      examples: ["salt '*' config.manage_mode 644"],
      args: { mode: arg.any('The permissions, as text or number.') },
      inline: true,
      reads: ['quick grains', 'pillar'],
      run: (_ctx, { mode }) => (mode === null ? null : normalMode(pythonStr(mode))),
    }),
    valid_fileproto: fn({
      doc: 'Return whether a file can be fetched from this URI.',
      examples: ["salt '*' config.valid_fileproto salt://path/to/file"],
      args: { uri: arg.string('The URI.') },
      inline: true,
      reads: ['quick grains', 'pillar'],
      run: (_ctx, { uri }) => fileProtocols.has(/^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase() ?? ''),
    }),
  },
})

const fileProtocols: ReadonlySet<string> = new Set(['salt', 'file', 'http', 'https', 'ftp', 'swift', 's3'])

interface Omitted {
  readonly omit_opts?: boolean
  readonly omit_grains?: boolean
  readonly omit_pillar?: boolean
  readonly omit_master?: boolean
}

const allOmitted: Omitted = { omit_opts: true, omit_grains: true, omit_pillar: true, omit_master: true }

/** Where values come from, the first to win first. */
function sourcesOf(ctx: ExecContext, omitted: Omitted): readonly Data[] {
  return [
    ...(omitted.omit_opts ? [] : [writtenOptions(ctx.options)]),
    ...(omitted.omit_grains ? [] : [ctx.grains]),
    ...(omitted.omit_pillar ? [] : [ctx.pillar]),
    ...(omitted.omit_master ? [] : [masterOf(ctx)]),
    configDefaults,
  ]
}

function masterOf({ pillar }: ExecContext): Data {
  const master = valueAt(pillar, 'master')
  return isMap(master) ? master : {}
}

interface GetValues extends Omitted {
  readonly key: string
  readonly default: unknown
  readonly delimiter: string
  readonly merge?: string | undefined
}

const missing = Symbol('missing')

function getValue(ctx: ExecContext, values: GetValues): unknown {
  const path = values.key.split(values.delimiter)
  // As in Salt, what is to be left out is only left out of a search, not of a merge.
  const sources = values.merge === undefined ? sourcesOf(ctx, values) : [mergedSources(ctx, values.merge)]
  for (const source of sources) {
    const value = lookUp(source, path, missing)
    if (value !== missing) return value
  }
  return values.default
}

function mergedSources(ctx: ExecContext, strategy: string): Data {
  if (strategy !== 'recurse' && strategy !== 'overwrite') {
    ctx.log.warning(`Unsupported merge strategy '${strategy}'. Falling back to 'recurse'.`)
  }
  const sources = [...sourcesOf(ctx, {})].reverse()
  if (strategy === 'overwrite') return mapOf(sources.flatMap(entriesOf))
  return sources.reduce<Data>((below, source) => mergeMaps(below, source), {})
}

function firstOf(sources: readonly Data[], key: string, fallback: unknown): unknown {
  const source = sources.find((each) => hasKey(each, key))
  return source === undefined ? fallback : valueAt(source, key)
}

function matching(sources: readonly Data[], glob: string, fallback: unknown): unknown {
  const entries = [...sources].reverse().flatMap(entriesOf)
  const found = entries.filter(([key]) => fnmatch(pythonStr(key), glob))
  return found.length === 0 ? fallback : mapOf(found)
}

function mergedValue(
  ctx: ExecContext,
  key: string,
  { fallback, omit_opts, omit_master, omit_pillar }: Omitted & { readonly fallback: unknown },
): unknown {
  const sources = [
    ...(omit_opts ? [] : [writtenOptions(ctx.options)]),
    ...(omit_master ? [] : [masterOf(ctx)]),
    ...(omit_pillar ? [] : [ctx.pillar]),
  ]
  const values = sources.flatMap((source) => (hasKey(source, key) ? [valueAt(source, key)] : []))
  if (values.length === 0) return firstOf([configDefaults], key, fallback)
  return values.reduce(joined)
}

/** Maps are joined, the first winning; lists are put behind each other; nothing else is merged. */
function joined(first: unknown, next: unknown): unknown {
  if (isMap(first) && isMap(next)) return mapOf([...entriesOf(next), ...entriesOf(first)])
  return Array.isArray(first) && Array.isArray(next) ? [...first, ...next] : first
}

function normalMode(mode: string): string {
  const digits = mode
    .replace('0o', '0')
    .replace(/^"+|"+$/g, '')
    .replace(/^'+|'+$/g, '')
    .replace(/^0+/, '')
  const padded = digits.padStart(4, '0')
  return padded.startsWith('0') ? padded : `0${padded}`
}

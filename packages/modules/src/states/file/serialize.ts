// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import {
  type DataMap,
  entriesOf,
  equal,
  isMap,
  isSaltError,
  isTruthy,
  mergeMaps,
  messageOf,
  pythonStr,
  SaltError,
} from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { type Serializer, type SerializerOptions, serializers } from '@halite/rendering/serializers'
import { textOf } from '../../execution/file/lines.ts'
import { type Managed, manage, plannedChanges } from '../../execution/file/manage.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { normalMode } from '../../execution/file/stats.ts'
import { lookUp } from '../../execution/parts/look-up.ts'
import { mapDifference } from '../../execution/parts/map-difference.ts'
import { checkCommand } from './check-command.ts'
import { encoded } from './contents.ts'
import { failure, type Result, success } from './result.ts'
import { anything, ownerArguments, ownersOf } from './shared-arguments.ts'

/** The arguments of `file.serialize`. */
export const serializeArguments = {
  dataset: anything('The data.'),
  dataset_pillar: arg.string('The path of the data in the pillar.').optional(),
  ...ownerArguments,
  mode: anything('Its mode, in octal digits.'),
  backup: anything('``minion`` keeps a copy of what is replaced: see ``file.list_backups``.'),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  show_changes: arg.boolean('Whether the changes show the difference.').default(true),
  create: arg.boolean('Whether one that is not there is made.').default(true),
  merge_if_exists: arg.boolean('Whether the data are merged into what the file holds.').default(false),
  encoding: arg.encoding('The encoding of the file; default UTF-8.').optional(),
  encoding_errors: arg
    .string('What happens to characters that the encoding has not: ``strict``, ``ignore`` or ``replace``.')
    .default('strict'),
  serializer: arg
    .string(`The format, by default yaml; there are ${[...serializers.keys()].join(', ')}.`)
    .optional(),
  serializer_opts: anything('Options of the format, such as ``indent``.'),
  deserializer_opts: anything(
    'Options of reading what the file holds, such as ``defaults`` of configparser.',
  ),
  check_cmd: anything('A command that has to accept the new content; its last word is the path of a copy.'),
  tmp_dir: arg.string('Where ``check_cmd`` sees the file; default beside it.').default(''),
  tmp_ext: arg.string('What the name of that file ends with.').default(''),
  kwargs: arg.keywords('``formatter``: another name of ``serializer``.'),
}

type SerializeValues = Values<typeof serializeArguments> & { readonly name: string }

const usualOptions: Readonly<Record<string, SerializerOptions>> = {
  yaml: { default_flow_style: false },
  json: { indent: 2, separators: [',', ': '], sort_keys: true },
}

/** `file.serialize`. */
export async function serialize(ctx: StateContext, args: SerializeValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.serialize')
  const name = await expandUser(ctx, args.name)
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  if (!args.create && !(await ctx.fs.isFile(name)))
    return success(`File ${name} is not present and is not set for creation`)
  const { formatter } = args.kwargs
  if (isTruthy(args.serializer ?? '') && isTruthy(formatter))
    return failure('Only one of serializer and formatter are allowed')
  const result = await serialized(ctx, name, {
    args,
    kind: pythonStr(args.serializer || formatter || 'yaml').toLowerCase(),
  })
  const isIgnored = isTruthy(args.deserializer_opts) && !args.merge_if_exists
  const warnings = ["The 'deserializer_opts' option is ignored unless merge_if_exists is set to True."]
  return { ...result, name, ...(isIgnored && { warnings }) }
}

interface Call {
  readonly args: SerializeValues
  /** Name of the format. */
  readonly kind: string
}

async function serialized(ctx: StateContext, name: string, { args, kind }: Call): Promise<Result> {
  const dataset = datasetOf(ctx, args)
  if (typeof dataset === 'string') return failure(dataset)
  const format = serializers.get(kind)
  if (format === undefined) {
    return failure(
      `The ${kind} serializer could not be found. It either does not exist or its prerequisites are not installed.`,
    )
  }
  try {
    const present = args.merge_if_exists ? await presentData(ctx, name, { kind, format, args }) : undefined
    const data = present === undefined ? dataset.data : merged(present, dataset.data)
    if (present !== undefined && equal(present, data))
      return success(`The file ${name} is in the correct state`)
    const made = format.serialize(data, optionsOf(kind, format, args))
    const content = typeof made === 'string' ? encoded(`${made}\n`, args) : Buffer.from(made)
    const result = await written(ctx, { name, content, args })
    const isMerged = isMap(present) && isMap(data) && result.result !== false
    const diff = isMerged ? { diff: mapDifference(present, data) } : {}
    return { ...result, changes: { ...result.changes, ...diff } }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(messageOf(error))
  }
}

function datasetOf(ctx: StateContext, args: SerializeValues): { readonly data: unknown } | string {
  const { dataset, dataset_pillar: key } = args
  if (isTruthy(dataset ?? null) && key) return "Only one of 'dataset' and 'dataset_pillar' is permitted"
  const data = key ? lookUp(ctx.pillar, key.split(':'), '') : dataset
  if (data === undefined || data === null) return "Neither 'dataset' nor 'dataset_pillar' was defined"
  return { data }
}

/** What the file holds; undefined when there is none, or nothing in it. */
async function presentData(
  ctx: StateContext,
  name: string,
  { kind, format, args }: Call & { readonly format: Serializer },
): Promise<unknown> {
  if (!(await ctx.fs.isFile(name))) return undefined
  if (format.deserialize === undefined)
    throw new SaltError('COMMAND_FAILED', `merge_if_exists is not supported for the ${kind} serializer`)
  const options = checked(args.deserializer_opts, format.readOptions ?? [], `deserializer_opts: ${kind}`)
  try {
    const bytes = await ctx.fs.read(name)
    const data = format.deserializeBytes?.(bytes) ?? format.deserialize(textOf(bytes), options)
    return data ?? undefined
  } catch (error) {
    throw new SaltError('COMMAND_FAILED', `Failed to deserialize existing data: ${messageOf(error)}`)
  }
}

function merged(present: unknown, data: unknown): unknown {
  if (isMap(present) && isMap(data)) return mergeMaps(present, data)
  throw new SaltError(
    'COMMAND_FAILED',
    'merge_if_exists merges maps: either what the file holds or the dataset is none',
  )
}

function optionsOf(kind: string, format: Serializer, args: SerializeValues): SerializerOptions {
  const given = checked(args.serializer_opts, format.options, `serializer_opts: ${kind}`)
  const unicode = args.encoding === undefined ? {} : { allow_unicode: true, ensure_ascii: false }
  return { ...usualOptions[kind], ...unicode, ...given }
}

function checked(value: unknown, known: readonly string[], what: string): SerializerOptions {
  const given = Object.fromEntries(pairsOf(value).map(([key, item]) => [pythonStr(key), item]))
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown === undefined) return given
  const names = known.length === 0 ? 'none' : known.join(', ')
  throw new SaltError('COMMAND_FAILED', `${what} has no option ${unknown}; there are: ${names}`)
}

/** Options are written as a map, or as a list of maps. */
function pairsOf(value: unknown): (readonly [unknown, unknown])[] {
  if (value === undefined || value === null) return []
  const maps = (Array.isArray(value) ? value : [value]).filter((one): one is DataMap => isMap(one))
  return maps.flatMap((map) => [...entriesOf(map)])
}

interface Written {
  readonly name: string
  readonly content: Buffer
  readonly args: SerializeValues
}

async function written(ctx: StateContext, { name, content, args }: Written): Promise<Result> {
  const wanted: Managed = {
    name,
    content: { data: content },
    isSource: false,
    ...ownersOf(args),
    mode: normalMode(args.mode),
    makedirs: args.makedirs,
    backup: args.backup,
    showChanges: args.show_changes,
  }
  if (!ctx.state.test) return (await checkCommand(ctx, wanted, args)) ?? (await manage(ctx, wanted))
  const changes = await plannedChanges(ctx, wanted)
  if (Object.keys(changes).length === 0) return success(`The file ${name} is in the correct state`)
  return { changes, result: null, comment: `Dataset will be serialized and stored into ${name}` }
}

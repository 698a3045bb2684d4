// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr, systemCodeOf } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { byteEncoding, type FileEncoding, textEncoding } from '../../execution/file/encodings.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { editedPath, putContent } from '../../execution/file/put.ts'
import { universalLines } from '../../execution/file/text-file.ts'
import { tried } from './edited.ts'
import { KeyEdit } from './key-edit.ts'
import { failure, type Result, success } from './result.ts'
import { anything, textOrList } from './shared-arguments.ts'

/** The arguments of `file.keyvalue`. */
export const keyvalueArguments = {
  key: anything('The key.'),
  value: textOrList('Its value.'),
  key_values: anything('Several keys, each with its value.'),
  separator: arg.string('What stands between them.').default('='),
  append_if_not_found: arg.boolean('Whether keys that are not there are put at the end.').default(false),
  prepend_if_not_found: arg
    .boolean('Whether keys that are not there are put at the beginning.')
    .default(false),
  search_only: arg.boolean('Counts for nothing.').default(false),
  show_changes: arg.boolean('Whether the changes show the difference.').default(true),
  ignore_if_missing: arg.boolean('Whether a file that is not there is no error.').default(false),
  count: arg.integer('How many lines with a key are kept; -1 for all.').default(1),
  uncomment: arg.string('Characters that are removed in front of a key.').optional(),
  key_ignore_case: arg.boolean('Whether a key is the same in upper and lower case.').default(false),
  value_ignore_case: arg.boolean('Whether a value is the same in upper and lower case.').default(false),
  create_if_missing: arg.boolean('Whether a file that is not there is made.').default(false),
}

export type KeyvalueValues = Values<typeof keyvalueArguments> & { readonly name: string }

const isGiven = (value: unknown) => value !== undefined && value !== null

/** `file.keyvalue`. */
export async function keyvalue(ctx: StateContext, args: KeyvalueValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.keyvalue')
  const name = await expandUser(ctx, args.name)
  const pairs = pairsOf(args)
  if (typeof pairs === 'string') return { ...failure(pairs), name }
  if (args.separator === '') return { ...failure('file.keyvalue needs a separator'), name }
  const outcome = await tried(() => edit(ctx, name, { args, pairs }))
  return { ...outcome, name }
}

function pairsOf({
  key,
  value,
  key_values,
}: KeyvalueValues): readonly (readonly [string, unknown])[] | string {
  if (isGiven(key) && isGiven(value)) {
    if (isMap(key_values)) return 'file.keyvalue can not combine key_values with key and value'
    return [[pythonStr(key), value]]
  }
  const missing = 'file.keyvalue key and value not supplied and key_values'
  const pairs = isMap(key_values) ? entriesOf(key_values) : undefined
  if (pairs !== undefined && pairs.length > 0) return pairs.map(([name, wanted]) => [pythonStr(name), wanted])
  const isEmpty = pairs !== undefined || !isGiven(key_values) || key_values === ''
  return `${missing} ${isEmpty ? 'is empty' : 'is not a dictionary'}`
}

interface Wanted {
  readonly args: KeyvalueValues
  readonly pairs: readonly (readonly [string, unknown])[]
}

async function edit(ctx: StateContext, name: string, { args, pairs }: Wanted): Promise<Result> {
  const found = await linesOf(ctx, name, args.create_if_missing)
  if (found === undefined) {
    const comment = `unable to open ${name}`
    return args.ignore_if_missing ? success(comment) : failure(comment)
  }
  const { lines, encoding, isNew } = found
  const keys = new KeyEdit(pairs, { ...args, written: encoding.written })
  const content = keys.edited(lines, {
    append: args.append_if_not_found || isNew,
    prepend: args.prepend_if_not_found,
  })
  if (keys.changes === 0) return { changes: {}, result: true, comment: '' }
  const changes = args.show_changes ? { diff: keys.difference.join('') } : {}
  if (ctx.state.test) return { changes, result: null, comment: plannedComment(name, keys, args.show_changes) }
  try {
    await putContent(ctx, name, encoding.encode(content.join('')))
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return { changes: {}, result: false, comment: `${name} not writable` }
  }
  return { changes, result: true, comment: `Changed ${keys.changes} lines` }
}

function plannedComment(name: string, keys: KeyEdit, showsChanges: boolean): string {
  const comment = `File ${name} is set to be changed (${keys.changes} lines)`
  return showsChanges ? `${comment}\nPredicted diff:\n\r\t\t${keys.difference.join('\r\t\t')}` : comment
}

interface Found {
  readonly lines: readonly string[]
  readonly encoding: FileEncoding
  readonly isNew: boolean
}

/** Undefined where there is no file that can be read. */
async function linesOf(ctx: StateContext, name: string, makesNew: boolean): Promise<Found | undefined> {
  const path = await editedPath(ctx, name)
  const facts = await ctx.fs.stat(path)
  if (facts?.type !== 'file' && !(facts === undefined && makesNew)) return undefined
  try {
    const data = facts === undefined ? Buffer.alloc(0) : await ctx.fs.read(path)
    const encoding = textEncoding(data) ?? byteEncoding
    return { lines: universalLines(encoding.decode(data)), encoding, isNew: facts === undefined }
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return undefined
  }
}

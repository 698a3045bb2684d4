// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  isMap,
  isSaltError,
  messageOf,
  pythonStr,
  SaltError,
  withoutKey,
} from '@halite/core'
import { arg, defineModule, type ExecContext, fn, type MineContext, type MineEntry } from '@halite/loader'
import { type MineFunction, mineFunctionOf } from './parts/mine-function.ts'

const allow = {
  allow_tgt: 'who may read it',
  allow_tgt_type: 'how that is to be read, ``glob`` by default',
}

/** `mine`: data that minions leave with the master for others. */
export default defineModule({
  name: 'mine',
  doc: 'Leaves data of this minion with the master, for other minions and templates, and reads that of others.',
  functions: {
    get: fn({
      doc: 'Return what the minions that a target selects have left under a name: by id, or of several names by name and id. Only what its owner lets this minion read; pillar is compared as a whole.',
      examples: [
        "salt '*' mine.get '*' network.interfaces",
        "salt '*' mine.get 'os:Fedora' network.interfaces grain",
      ],
      args: {
        tgt: arg.any('The target; a text, or a list of ids.'),
        fun: arg.any('The name; several with commas between, or a list of them.'),
        tgt_type: arg.string('How the target is to be read.').default('glob'),
        exclude_minion: arg.boolean('Leave this minion out.').default(false),
      },
      reads: ['grains', 'pillar'],
      run: async (ctx, { tgt, fun, tgt_type, exclude_minion }) => {
        const names = textsOf('fun', fun)
        const data = await mineOf(ctx).get(textsOf('tgt', tgt), names, tgt_type)
        return exclude_minion ? withoutKey(data, ctx.id) : data
      },
    }),
    update: fn({
      doc: 'Run the functions of ``mine_functions``, in the configuration and the pillar, and leave what they return with the master. Returns whether it took it; None where there is nothing to do. A function that fails is logged and left out.',
      examples: ["salt '*' mine.update", "salt '*' mine.update clear=True"],
      args: {
        clear: arg.boolean('Remove what is there under other names.').default(false),
        mine_functions: arg
          .any('Run these in place of the configured ones: a list of names, or a map as that.')
          .optional(),
      },
      reads: ['grains', 'pillar'],
      run: async (ctx, { clear, mine_functions }) => {
        const functions = await functionsFor(ctx, mine_functions)
        if (functions.length === 0) return null
        const made = await Promise.all(functions.map((wanted) => entryOf(ctx, wanted)))
        return mineOf(ctx).put(
          made.filter((entry) => entry !== undefined),
          clear,
        )
      },
    }),
    send: fn({
      doc: `Run a function and leave what it returns with the master, under its name or another one. Returns whether that worked. \`\`mine_function\`\` is the function to run where the name is another one, \`\`allow_tgt\`\` ${allow.allow_tgt}, \`\`allow_tgt_type\`\` ${allow.allow_tgt_type}.`,
      examples: [
        "salt '*' mine.send network.ip_addrs interface=eth0",
        "salt '*' mine.send eth0_ip_addrs mine_function=network.ip_addrs interface=eth0 allow_tgt='G@role:lb' allow_tgt_type=compound",
      ],
      args: {
        name: arg.string('The name.'),
        args: arg.rest('Arguments of the function.', arg.any('An argument.')),
        kwargs: arg.keywords('Its keyword arguments, and those above.'),
      },
      reads: ['grains', 'pillar'],
      run: async (ctx, { name, args, kwargs }) => {
        const own = Object.fromEntries(Object.entries(kwargs).filter(([key]) => !key.startsWith('__')))
        const entry = await entryOf(ctx, mineFunctionOf(name, [...args, own]))
        return entry === undefined ? false : mineOf(ctx).put([entry], false)
      },
    }),
    delete: fn({
      doc: 'Remove what this minion has left under a name.',
      examples: ["salt '*' mine.delete network.interfaces"],
      args: { fun: arg.string('The name.') },
      reads: ['quick grains'],
      run: (ctx, { fun }) => mineOf(ctx).delete(fun),
    }),
    flush: fn({
      doc: 'Remove all that this minion has left.',
      examples: ["salt '*' mine.flush"],
      reads: ['quick grains'],
      run: (ctx) => mineOf(ctx).flush(),
    }),
    valid: fn({
      doc: 'Return the entries of ``mine_functions`` whose function is there, as they are configured; None where there are none.',
      examples: ["salt '*' mine.valid"],
      reads: ['grains', 'pillar'],
      run: valid,
    }),
  },
})

function mineOf({ mine }: ExecContext): MineContext {
  if (mine !== undefined) return mine
  throw new SaltError('COMMAND_FAILED', 'there is no mine here')
}

/** The configured functions, or those that a call names. */
async function functionsFor(ctx: ExecContext, given: unknown): Promise<readonly MineFunction[]> {
  if (Array.isArray(given) && given.length > 0)
    return given.map((name) => mineFunctionOf(pythonStr(name), []))
  const written = isMap(given) && entriesOf(given).length > 0 ? given : await configured(ctx)
  return entriesOf(written).map(([name, definition]) => mineFunctionOf(pythonStr(name), definition))
}

async function configured(ctx: ExecContext): Promise<DataMap> {
  const functions = await ctx.call('config.merge', { value: 'mine_functions', default: {} })
  return isMap(functions) ? functions : {}
}

/** Undefined, and logged, when the function fails. */
async function entryOf(ctx: ExecContext, wanted: MineFunction): Promise<MineEntry | undefined> {
  const { name, fun, args, kwargs, allow_tgt, allow_tgt_type } = wanted
  try {
    const data = await ctx.call(fun, args, kwargs)
    return { name, data, ...(allow_tgt === undefined ? {} : { allow_tgt, allow_tgt_type }) }
  } catch (error) {
    const what = isSaltError(error, 'FUNCTION_UNKNOWN')
      ? `Function ${fun} in mine_functions not available`
      : `Function ${fun} for the mine failed to execute`
    ctx.log.error(what, { name, reason: messageOf(error) })
    return undefined
  }
}

async function valid(ctx: ExecContext): Promise<unknown> {
  const written = entriesOf(await configured(ctx))
  if (written.length === 0) return null
  const known = new Set(await ctx.modules.functionNames())
  return Object.fromEntries(
    written.flatMap(([key, definition]) => {
      const { name, fun, args, kwargs, isAlias } = mineFunctionOf(pythonStr(key), definition)
      if (!known.has(fun)) {
        ctx.log.error(`Function ${fun} in mine_functions not available`, { name })
        return []
      }
      const listed = [...args, ...Object.entries(kwargs).map(([word, value]) => ({ [word]: value }))]
      return [[name, isAlias ? { [fun]: listed } : definition]]
    }),
  )
}

/** A text, or a list of texts. */
function textsOf(what: string, value: unknown): string | readonly string[] {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map((item) => pythonStr(item))
  throw new SaltError('ARGUMENTS_INVALID', `${what} must be text, or a list of texts`)
}

// SPDX-License-Identifier: Apache-2.0
import { arg, argspecOf, defineModule, docOf, type ExecContext, type Fn, fn } from '@halite/loader'
import { fnmatch } from '@halite/targeting'

const functions = arg.rest(
  'Modules (``test``), functions (``test.ping``) or globs (``test.*``); none means all.',
  arg.string('A name or glob.'),
)

/** `sys`: what can be called on this minion, and how. */
export default defineModule({
  name: 'sys',
  doc: 'Lists and documents the functions that can be called on a minion.',
  functions: {
    list_functions: fn({
      doc: 'Return the names of functions, sorted.',
      examples: ["salt '*' sys.list_functions", "salt '*' sys.list_functions test 'sys.list_*'"],
      args: { args: functions },
      inline: true,
      run: (ctx, { args }) => selectedFunctions(ctx, args),
    }),
    list_modules: fn({
      doc: 'Return the names of modules, sorted.',
      examples: ["salt '*' sys.list_modules", "salt '*' sys.list_modules 's*'"],
      args: {
        args: arg.rest('Names or globs; none means all.', arg.string('A name or glob.')),
      },
      inline: true,
      run: async (ctx, { args }) => {
        const names = await ctx.modules.moduleNames()
        return args.length === 0 ? names : names.filter((name) => args.some((glob) => fnmatch(name, glob)))
      },
    }),
    doc: fn({
      doc: 'Return the documentation of functions, by name.',
      examples: ["salt '*' sys.doc", "salt '*' sys.doc test.ping grains"],
      args: { args: functions },
      inline: true,
      run: (ctx, { args }) => describeAll(ctx, args, docOf),
    }),
    argspec: fn({
      doc: 'Return the arguments of functions, by name: names, defaults of the last ones, and whether more are taken.',
      examples: ["salt '*' sys.argspec test.echo", "salt '*' sys.argspec 'grains.*'"],
      args: { args: functions },
      inline: true,
      run: (ctx, { args }) => describeAll(ctx, args, argspecOf),
    }),
  },
})

async function describeAll<T>(
  ctx: ExecContext,
  wanted: readonly string[],
  describe: (fn: Fn) => T,
): Promise<Record<string, T>> {
  const names = await selectedFunctions(ctx, wanted)
  const found = await Promise.all(names.map((name) => ctx.modules.find(name)))
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const declared = found[index]
      return declared === undefined ? [] : [[name, describe(declared)]]
    }),
  )
}

async function selectedFunctions(ctx: ExecContext, wanted: readonly string[]): Promise<readonly string[]> {
  const names = await ctx.modules.functionNames()
  return wanted.length === 0 ? names : names.filter((name) => wanted.some((word) => isSelected(name, word)))
}

/** `sys` and `sys.` mean the module and not `sysctl` with it. */
function isSelected(name: string, word: string): boolean {
  if (word.includes('*')) return fnmatch(name, word)
  return name === word || name.startsWith(word.endsWith('.') ? word : `${word}.`)
}

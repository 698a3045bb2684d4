// SPDX-License-Identifier: Apache-2.0
import { arg, argspecOf, fn } from '@halite/loader'
import { describeAll, documentAll, selectedFunctions, selectedModules } from './selection.ts'

const name = arg.string('A name or glob.')
const listed = (what: string) => arg.rest(`Names of ${what} or globs; none means all.`, name)
const functions = listed('state modules, of their functions,')

/** The functions of `sys` that list and document states. */
export const stateFunctions = {
  state_doc: fn({
    doc: 'Return the documentation of state functions, by name.',
    examples: ["salt '*' sys.state_doc", "salt '*' sys.state_doc file.managed test"],
    args: { args: functions },
    inline: true,
    reads: ['quick grains', 'modules'],
    run: (ctx, { args }) => documentAll(ctx, 'states', args),
  }),
  state_argspec: fn({
    doc: 'Return the arguments of state functions, by name, as ``sys.argspec`` does.',
    examples: ["salt '*' sys.state_argspec file.managed", "salt '*' sys.state_argspec 'test.*'"],
    args: {
      module: arg.string('A state module, a function, or a glob; none means all.').default(''),
      args: arg.rest('More of them.', name),
    },
    inline: true,
    reads: ['quick grains', 'modules'],
    run: (ctx, { module, args }) => {
      const wanted = module === '' ? args : [module, ...args]
      return describeAll(ctx, 'states', { wanted, describe: argspecOf })
    },
  }),
  list_state_functions: fn({
    doc: 'Return the names of state functions, sorted.',
    examples: ["salt '*' sys.list_state_functions", "salt '*' sys.list_state_functions 'file.*' test"],
    args: { args: functions, kwargs: arg.keywords('Accepted and ignored, as in Salt.') },
    inline: true,
    reads: ['quick grains', 'modules'],
    run: (ctx, { args }) => selectedFunctions(ctx, 'states', args),
  }),
  list_state_modules: fn({
    doc: 'Return the names of state modules, sorted.',
    examples: ["salt '*' sys.list_state_modules", "salt '*' sys.list_state_modules 'c*'"],
    args: { args: listed('state modules') },
    inline: true,
    reads: ['quick grains', 'modules'],
    run: (ctx, { args }) => selectedModules(ctx, 'states', args),
  }),
}

// SPDX-License-Identifier: Apache-2.0
import { arg, argspecOf, defineModule, fn } from '@halite/loader'
import { rendererFunctions } from './sys/renderers.ts'
import {
  describeAll,
  documentAll,
  selectedFunctions,
  selectedModules,
  selectedNames,
} from './sys/selection.ts'
import { stateFunctions } from './sys/states.ts'

const names = arg.string('A name or glob.')

const documented = (what: string) =>
  arg.rest(`Names of ${what}s, of their functions, or globs of these; none means all.`, names)
const listed = (what: string) => arg.rest(`Names of ${what}s or globs; none means all.`, names)
const ignored = arg.keywords('Accepted and ignored, as in Salt.')
const firstSpecified = arg.string('A module, a function, or a glob; none means all.').default('')
const moreSpecified = arg.rest('More of them.', names)

/** `sys`: what can be called here, and how. */
export default defineModule({
  name: 'sys',
  doc: 'Lists and documents the functions that can be called on a minion.',
  functions: {
    doc: fn({
      doc: 'Return the documentation of functions, by name.',
      examples: ["salt '*' sys.doc", "salt '*' sys.doc test.ping grains", "salt '*' sys.doc 'sys.list_*'"],
      args: { args: documented('module') },
      inline: true,
      reads: ['quick grains', 'modules'],
      run: (ctx, { args }) => documentAll(ctx, 'execution', args),
    }),
    argspec: fn({
      doc: 'Return the arguments of functions, by name: names, defaults of the last ones, and whether more are taken.',
      examples: ["salt '*' sys.argspec test.echo", "salt '*' sys.argspec 'grains.*'"],
      args: { module: firstSpecified, args: moreSpecified },
      inline: true,
      reads: ['quick grains', 'modules'],
      run: (ctx, { module, args }) =>
        describeAll(ctx, 'execution', { wanted: given(module, args), describe: argspecOf }),
    }),
    list_functions: fn({
      doc: 'Return the names of functions, sorted.',
      examples: ["salt '*' sys.list_functions", "salt '*' sys.list_functions test 'sys.list_*'"],
      args: { args: documented('module'), kwargs: ignored },
      inline: true,
      reads: ['quick grains', 'modules'],
      run: (ctx, { args }) => selectedFunctions(ctx, 'execution', args),
    }),
    list_modules: fn({
      doc: 'Return the names of modules, sorted.',
      examples: ["salt '*' sys.list_modules", "salt '*' sys.list_modules 's*'"],
      args: { args: listed('module') },
      inline: true,
      reads: ['quick grains', 'modules'],
      run: (ctx, { args }) => selectedModules(ctx, 'execution', args),
    }),
    reload_modules: fn({
      doc: 'Look for site modules that are new, changed or gone. Returns ``True``; where no minion daemon runs every call looks for them.',
      examples: ["salt '*' sys.reload_modules"],
      inline: true,
      run: async (ctx) => {
        await ctx.daemon?.refreshModules()
        return true
      },
    }),
    runner_doc: fn({
      doc: 'Return the documentation of runner functions, by name. They run on the master, with ``salt-run``.',
      examples: ["salt '*' sys.runner_doc", "salt '*' sys.runner_doc jobs.list_jobs manage"],
      args: { args: documented('runner') },
      inline: true,
      reads: ['modules'],
      run: (ctx, { args }) => documentAll(ctx, 'runners', args),
    }),
    runner_argspec: fn({
      doc: 'Return the arguments of runner functions, by name, as ``sys.argspec`` does.',
      examples: ["salt '*' sys.runner_argspec jobs.list_jobs", "salt '*' sys.runner_argspec 'manage.*'"],
      args: { module: firstSpecified, args: moreSpecified },
      inline: true,
      reads: ['modules'],
      run: (ctx, { module, args }) =>
        describeAll(ctx, 'runners', { wanted: given(module, args), describe: argspecOf }),
    }),
    list_runners: fn({
      doc: 'Return the names of runners, sorted.',
      examples: ["salt '*' sys.list_runners", "salt '*' sys.list_runners 'm*'"],
      args: { args: listed('runner') },
      inline: true,
      reads: ['modules'],
      run: (ctx, { args }) => selectedModules(ctx, 'runners', args),
    }),
    list_runner_functions: fn({
      doc: 'Return the names of runner functions, sorted.',
      examples: ["salt '*' sys.list_runner_functions", "salt '*' sys.list_runner_functions jobs"],
      args: { args: documented('runner'), kwargs: ignored },
      inline: true,
      reads: ['modules'],
      run: (ctx, { args }) => selectedFunctions(ctx, 'runners', args),
    }),
    list_returners: fn({
      doc: 'Return the names of returners, sorted.',
      examples: ["salt '*' sys.list_returners", "salt '*' sys.list_returners 's*'"],
      args: { args: listed('returner') },
      inline: true,
      reads: ['modules'],
      run: (ctx, { args }) => selectedNames(ctx.modules.objectNames('returners'), args),
    }),
    ...stateFunctions,
    ...rendererFunctions,
  },
})

function given(first: string, more: readonly string[]): readonly string[] {
  return first === '' ? more : [first, ...more]
}

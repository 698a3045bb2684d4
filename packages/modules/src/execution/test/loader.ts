// SPDX-License-Identifier: Apache-2.0
import { hasKey, valueAt } from '@halite/core'
import { arg, fn } from '@halite/loader'

/** The functions of `test` that show what is loaded and configured. */
export const loaderFunctions = {
  provider: fn({
    doc: 'Return the name of the file that provides a module.',
    examples: ["salt '*' test.provider service"],
    args: { module: arg.string('The name under which its functions are called.') },
    inline: true,
    reads: ['quick grains', 'modules'],
    run: async (ctx, { module }) => {
      const providers = await ctx.modules.providers()
      return Object.hasOwn(providers, module) ? providers[module] : ''
    },
  }),
  providers: fn({
    doc: 'Return each module name with the file that provides it.',
    examples: ["salt '*' test.providers"],
    inline: true,
    reads: ['quick grains', 'modules'],
    run: (ctx) => ctx.modules.providers(),
  }),
  not_loaded: fn({
    doc: 'Return the files that provide no module on this minion.',
    examples: ["salt '*' test.not_loaded"],
    inline: true,
    reads: ['quick grains', 'modules'],
    run: (ctx) => ctx.modules.notLoaded(),
  }),
  module_report: fn({
    doc: 'Return which functions and modules can be called, in the form of Salt: functions can be reached in two ways there, and what only one of them reaches is missing in the other.',
    examples: ["salt '*' test.module_report"],
    inline: true,
    reads: ['quick grains', 'modules'],
    run: async (ctx) => {
      const functions = await ctx.modules.functionNames()
      const modules = await ctx.modules.moduleNames()
      return {
        functions,
        function_attrs: functions,
        function_subs: functions,
        modules,
        module_attrs: modules,
        missing_attrs: [],
        missing_subs: [],
      }
    },
  }),
  get_opts: fn({
    doc: 'Return the configuration of the minion.',
    examples: ["salt '*' test.get_opts"],
    inline: true,
    run: (ctx) => ctx.options,
  }),
  opts_pkg: fn({
    doc: 'Return the configuration of the minion with its grains and pillar, as the compilation of states needs it.',
    examples: ["salt '*' test.opts_pkg"],
    inline: true,
    reads: ['quick grains', 'pillar'],
    run: (ctx) => ({ ...ctx.options, grains: ctx.grains, pillar: ctx.pillar }),
  }),
  conf_test: fn({
    doc: 'Return the value that the configuration, the grains or the pillar has for ``test.foo``, or an empty text.',
    examples: ["salt '*' test.conf_test"],
    inline: true,
    reads: ['quick grains', 'pillar'],
    run: ({ options, grains, pillar }) => {
      const source = [options, grains, pillar].find((map) => hasKey(map, 'test.foo'))
      return source === undefined ? '' : valueAt(source, 'test.foo')
    },
  }),
  cross_test: fn({
    doc: 'Call another function through the loader and return what it returns.',
    examples: ["salt '*' test.cross_test file.gid_to_group '[0]'"],
    args: {
      func: arg.string('The function, ``module.function``.'),
      args: arg.list('Its positional arguments.').default([]),
    },
    run: (ctx, { func, args }) => ctx.call(func, args),
  }),
  attr_call: fn({
    doc: 'Call ``grains.items`` through the loader and return what it returns.',
    examples: ["salt '*' test.attr_call"],
    run: (ctx) => ctx.call('grains.items'),
  }),
}

// SPDX-License-Identifier: Apache-2.0
import { isTruthy } from '@halite/core'
import { arg, defineState, stateFn } from '@halite/loader'

/** `alias`: who gets the mail of a name, as states. */
export default defineState({
  name: 'alias',
  doc: 'Keeps the aliases of mail. ``name`` is the alias.',
  functions: {
    present: stateFn({
      doc: 'Have the alias with this target.',
      examples: [`salt '*' state.single alias.present name=root target=ann@example.com`],
      args: {
        target: arg.list(
          'Who gets it; several in a list.',
          arg.string('An address, a user, a file or a program.'),
        ),
      },
      run: async (ctx, { name, target }) => {
        const shown = target.join(', ')
        if (isTruthy(await ctx.call('aliases.has_target', { alias: name, target }))) {
          return { changes: {}, result: true, comment: `Alias ${name} already present` }
        }
        if (ctx.state.test) {
          return { changes: {}, result: null, comment: `Alias ${name} -> ${shown} is set to be added` }
        }
        await ctx.call('aliases.set_target', { alias: name, target })
        return { changes: { alias: name }, result: true, comment: `Set email alias ${name} -> ${shown}` }
      },
    }),
    absent: stateFn({
      doc: 'Have the alias no more.',
      examples: [`salt '*' state.single alias.absent name=root`],
      args: {},
      run: async (ctx, { name }) => {
        if (!isTruthy(await ctx.call('aliases.get_target', { alias: name }))) {
          return { changes: {}, result: true, comment: `Alias ${name} already absent` }
        }
        if (ctx.state.test)
          return { changes: {}, result: null, comment: `Alias ${name} is set to be removed` }
        await ctx.call('aliases.rm_alias', { alias: name })
        return { changes: { alias: name }, result: true, comment: `Removed alias ${name}` }
      },
    }),
  },
})

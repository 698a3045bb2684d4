// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, fn } from '@halite/loader'
import { checkedAlias, checkedTarget } from './aliases/checks.ts'
import { changeAliases, readAliases } from './aliases/file.ts'

const alias = arg.string('The name that mail is sent to.')
const target = arg.list(
  'Who gets it; several in a list.',
  arg.string('An address, a user, a file or a program.'),
)

/** `aliases`: who gets the mail of a name. */
export default defineModule({
  name: 'aliases',
  doc: 'Reads and changes the aliases of mail, in the file that the option ``aliases.file`` names.',
  functions: {
    list_aliases: fn({
      doc: 'Return the aliases and their targets.',
      examples: ["salt '*' aliases.list_aliases"],
      outputter: 'yaml',
      run: async (ctx) => Object.fromEntries(await readAliases(ctx)),
    }),
    get_target: fn({
      doc: 'Return the target of an alias, or an empty string if the alias does not exist.',
      examples: ["salt '*' aliases.get_target alias"],
      args: { alias },
      outputter: 'txt',
      run: async (ctx, { alias: name }) => (await readAliases(ctx)).get(name) ?? '',
    }),
    has_target: fn({
      doc: 'Return whether an alias has this target.',
      examples: ["salt '*' aliases.has_target alias target"],
      args: { alias, target },
      outputter: 'txt',
      run: async (ctx, { alias: name, target: wanted }) =>
        (await readAliases(ctx)).get(name) === checkedTarget(wanted),
    }),
    set_target: fn({
      doc: 'Give an alias this target. Returns ``True``.',
      examples: ["salt '*' aliases.set_target alias target"],
      args: { alias, target },
      outputter: 'txt',
      run: async (ctx, { alias: name, target: wanted }) => {
        await changeAliases(ctx, { alias: checkedAlias(name), target: checkedTarget(wanted) })
        return true
      },
    }),
    rm_alias: fn({
      doc: 'Remove an alias. Returns ``True``.',
      examples: ["salt '*' aliases.rm_alias alias"],
      args: { alias },
      outputter: 'txt',
      run: async (ctx, { alias: name }) => {
        await changeAliases(ctx, { alias: checkedAlias(name) })
        return true
      },
    }),
  },
})

// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { selectedNames } from './selection.ts'

const renderers = arg.rest('Names of renderers or globs; none means all.', arg.string('A name or glob.'))

/** The functions of `sys` that list and document renderers. */
export const rendererFunctions = {
  list_renderers: fn({
    doc: 'Return the names of renderers, sorted.',
    examples: ["salt '*' sys.list_renderers", "salt '*' sys.list_renderers 'j*'"],
    args: { args: renderers },
    inline: true,
    reads: ['modules'],
    run: (ctx, { args }) => selectedNames(ctx.modules.objectNames('renderers'), args),
  }),
  renderer_doc: fn({
    doc: 'Return the documentation of renderers, by name.',
    examples: ["salt '*' sys.renderer_doc", "salt '*' sys.renderer_doc jinja json"],
    args: { args: renderers },
    run: async (ctx, { args }) => {
      const names = selectedNames(ctx.modules.objectNames('renderers'), args)
      const found = await Promise.all(names.map((name) => ctx.modules.object('renderers', name)))
      return Object.fromEntries(names.map((name, at) => [name, found[at]?.doc ?? '']))
    },
  }),
}

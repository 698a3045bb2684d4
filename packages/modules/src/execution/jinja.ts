// SPDX-License-Identifier: Apache-2.0
import { loadJson } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'

/** `jinja`: what templates would see of a file. */
export default defineModule({
  name: 'jinja',
  doc: 'Shows what a template gets from the files that it imports.',
  functions: {
    load_map: fn({
      doc: 'Return a name that a map file sets: ``{% from path import value with context %}``.',
      examples: ["salt '*' jinja.load_map myformula/map.jinja myformula"],
      args: { path: arg.string('Path of the map file.'), value: arg.string('The name.') },
      run: (ctx, { path, value }) =>
        dataOf(ctx, `{% from ${JSON.stringify(path)} import ${value} with context %}{{ ${value} | tojson }}`),
    }),
    import_yaml: fn({
      doc: 'Return the data of a YAML file, rendered as a template.',
      examples: ["salt '*' jinja.import_yaml myformula/foo.yaml"],
      args: { path: arg.string('Path of the file.') },
      run: (ctx, { path }) =>
        dataOf(ctx, `{% import_yaml ${JSON.stringify(path)} as imported %}{{ imported | tojson }}`),
    }),
    import_json: fn({
      doc: 'Return the data of a JSON file, rendered as a template.',
      examples: ["salt '*' jinja.import_json myformula/foo.json"],
      args: { path: arg.string('Path of the file.') },
      run: (ctx, { path }) =>
        dataOf(ctx, `{% import_json ${JSON.stringify(path)} as imported %}{{ imported | tojson }}`),
    }),
  },
})

async function dataOf({ render }: ExecContext, text: string): Promise<unknown> {
  return loadJson(await render.text({ text, name: 'jinja' }))
}

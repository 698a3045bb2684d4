// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isTruthy, mapOf, mergeMaps, SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { banner } from './slsutil/banner.ts'
import { mapArgument, mergeBy } from './slsutil/merge.ts'
import { serializeFunctions } from './slsutil/serialize.ts'
import { treeFunctions } from './slsutil/tree.ts'

type Data = Readonly<Record<string, unknown>>

const mergeArguments = {
  strategy: arg
    .string('``smart``, ``recurse``, ``aggregate``, ``overwrite``, ``list`` or ``none``.')
    .default('smart'),
  renderer: arg.string('Decides what ``smart`` means.').default('yaml'),
  merge_lists: arg.boolean('Join lists, without what is there already.').default(false),
}

/** `slsutil`: for use in sls files. */
export default defineModule({
  name: 'slsutil',
  doc: 'What sls files and templates need: renders, merges, reads and writes data, and looks for files of the file server.',
  functions: {
    renderer: fn({
      doc: 'Render a file or a text, and return its data; text where no renderer makes data of it.',
      examples: [
        "salt '*' slsutil.renderer salt://path/to/file",
        "salt '*' slsutil.renderer /path/to/file.jinja default_renderer=jinja",
        "salt '*' slsutil.renderer string='Hello, {{ name }}.' name=world default_renderer=jinja",
      ],
      args: {
        path: arg.string('URL or absolute path of the file.').optional(),
        string: arg.string('The text, in place of a file.').optional(),
        default_renderer: arg
          .string('Renderers of a file whose first line names none.')
          .default('jinja|yaml'),
        kwargs: arg.keywords('Names that templates see; ``context``: a map of more; ``saltenv``.'),
      },
      run: async (ctx, { path, string, default_renderer: renderer, kwargs }) => {
        const { saltenv, context, ...names } = kwargs
        const text = string || undefined
        const environment = typeof saltenv === 'string' ? saltenv : undefined
        if (!path && text === undefined) {
          throw new SaltError('ARGUMENTS_INVALID', 'Must pass either path or string')
        }
        if (path && text !== undefined) {
          throw new SaltError('ARGUMENTS_INVALID', 'Must not pass both path and string')
        }
        const file = path ? await readFile(ctx, path, environment) : { name: 'string', text: text ?? '' }
        const more = isTruthy(context) ? (context as Data) : {}
        const { data } = await ctx.render.data({
          ...file,
          renderer,
          saltenv: environment,
          context: { ...names, ...more },
        })
        return data
      },
    }),
    merge: fn({
      doc: 'Return two maps merged.',
      examples: ["salt '*' slsutil.merge '{foo: Foo}' '{bar: Bar}'"],
      args: {
        obj_a: arg.any('The first map.'),
        obj_b: arg.any('The second one, which wins.'),
        ...mergeArguments,
      },
      run: (ctx, { obj_a: first, obj_b: second, ...choice }) => mergeBy(ctx, [first, second], choice),
    }),
    merge_all: fn({
      doc: 'Return all maps of a list merged in order.',
      examples: ["salt '*' slsutil.merge_all '[{foo: Foo}, {foo: Bar}]'"],
      args: { lst: arg.list('The maps.'), ...mergeArguments },
      run: (ctx, { lst, ...choice }) =>
        lst.reduce<DataMap>((merged, next) => mergeBy(ctx, [merged, next], choice), {}),
    }),
    update: fn({
      doc: 'Return a map with another one merged into it. In a template the first one itself is changed.',
      examples: ["salt '*' slsutil.update '{foo: Foo}' '{bar: Bar}'"],
      args: {
        dest: arg.any('The map.'),
        upd: arg.any('What is merged into it.'),
        recursive_update: arg
          .boolean('Merge maps below the same key; else the later one stands alone.')
          .default(true),
        merge_lists: arg.boolean('Join lists, without what is there already.').default(false),
      },
      run: (_ctx, { dest, upd, recursive_update: isDeep, merge_lists: mergeLists }) => {
        const [base, over] = [mapArgument(dest), mapArgument(upd)]
        return isDeep
          ? mergeMaps(base, over, { mergeLists })
          : mapOf([...entriesOf(base), ...entriesOf(over)])
      },
    }),
    boolstr: fn({
      doc: 'Return one text for what is true and another one for what is not.',
      examples: ["salt '*' slsutil.boolstr True yes no"],
      args: {
        value: arg.any('The value.'),
        true: arg.any('What stands for true.').default('true'),
        false: arg.any('What stands for false.').default('false'),
      },
      run: (_ctx, { value, true: yes, false: no }) => (isTruthy(value) ? yes : no),
    }),
    banner,
    ...serializeFunctions,
    ...treeFunctions,
  },
})

/** A file of the file server, or of this machine by its absolute path. */
async function readFile(ctx: ExecContext, path: string, saltenv: string | undefined) {
  const copy = isAbsolute(path) ? path : await ctx.files.cacheFile(path, { saltenv })
  const text = copy === undefined ? undefined : await ctx.fs.readTextIfThere(copy)
  if (copy !== undefined && text !== undefined) {
    return { name: nameOf(path), path: copy, text }
  }
  throw new SaltError('COMMAND_FAILED', `${path} does not exist`, {
    hint: 'Give a URL such as salt://path/to/file, or an absolute path.',
  })
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)
}

/** The path below the file roots: what relative includes start from. */
function nameOf(path: string): string {
  return path.replace(/^salt:\/\//, '').replace(/\?.*$/, '')
}

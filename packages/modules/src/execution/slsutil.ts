// SPDX-License-Identifier: Apache-2.0
import { isTruthy, SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'

type Data = Readonly<Record<string, unknown>>

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

// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { isMap, loadOptions, sizeOf, valueAt } from '@halite/core'
import { arg, defineState, deriveContext, type StateContext, type StateReturn, stateFn } from '@halite/loader'
import { compileDirectory } from '../execution/winrepo/compile-directory.ts'

/** `winrepo`: the compiled definitions on the machine of a master. */
export default defineState({
  name: 'winrepo',
  doc: 'Keeps the compiled definitions of Windows packages on the machine of a master up to date.',
  loadIf: ({ grains }) =>
    (Array.isArray(grains['roles']) && grains['roles'].includes('salt-master')) ||
    "the grain roles does not hold 'salt-master'",
  functions: {
    genrepo: stateFn({
      doc: 'Compile the definitions below ``winrepo_dir`` of the master when something in it is newer than the file of the last time.',
      args: {
        force: arg.boolean('Compile them in any case.').default(false),
        allow_empty: arg.boolean('Whether there may be no definition.').default(false),
      },
      run: genrepo,
    }),
  },
})

interface Wanted {
  readonly force: boolean
  readonly allow_empty: boolean
}

async function genrepo(ctx: StateContext, { force, allow_empty }: Wanted): Promise<StateReturn> {
  const { options } = loadOptions('master', { configDir: String(ctx.options['config_dir']) })
  const { winrepo_dir: directory, winrepo_cachefile: name } = options
  const file = join(directory, name)
  if (!force && !(await ctx.fs.isDirectory(directory)))
    return { changes: {}, result: false, comment: `${directory} is missing` }
  const reason = force ? '' : await reasonToCompile(ctx, directory, file)
  if (ctx.state.test) return { changes: {}, result: null, comment: reason ?? '' }
  if (reason === undefined) return { changes: {}, result: true, comment: '' }
  const { data } = await compileDirectory(deriveContext(ctx, { options }), () => undefined)
  const packages = valueAt(data, 'repo')
  if (isMap(packages) && sizeOf(packages) === 0 && !allow_empty) {
    await ctx.fs.remove(file)
    return { changes: {}, result: false, comment: 'winrepo.genrepo returned empty' }
  }
  return { changes: { winrepo: data }, result: true, comment: reason }
}

/** Why it has to be done; undefined when nothing is newer than what there is. */
async function reasonToCompile(
  { fs }: StateContext,
  directory: string,
  file: string,
): Promise<string | undefined> {
  const made = await fs.stat(file)
  if (made === undefined) return `${file} is missing`
  const newer = async (path: string): Promise<string | undefined> => {
    for (const name of await fs.list(path)) {
      const inner = join(path, name)
      const facts = await fs.stat(inner, { followLinks: false })
      if (facts !== undefined && inner !== file && facts.mtimeMs > made.mtimeMs) return inner
      const found = facts?.type === 'directory' ? await newer(inner) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  const found = await newer(directory)
  return found === undefined ? undefined : `mtime(${file}) < mtime(${found})`
}

// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path'
import { SaltError } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'

const path = arg.string('Path below the file roots.')
const saltenv = arg.string('Environment of the file server.').default('base')

/** Functions of `slsutil` that look for files of the file server. */
export const treeFunctions = {
  file_exists: fn({
    doc: 'Return whether the file server has a file.',
    examples: ["salt '*' slsutil.file_exists nginx/defaults.yaml"],
    args: { path, saltenv },
    run: async (ctx, values) => (await treeOf(ctx, values.saltenv)).files.has(values.path),
  }),
  dir_exists: fn({
    doc: 'Return whether the file server has a directory.',
    examples: ["salt '*' slsutil.dir_exists nginx/files"],
    args: { path, saltenv },
    run: async (ctx, values) => (await treeOf(ctx, values.saltenv)).directories.has(values.path),
  }),
  path_exists: fn({
    doc: 'Return whether the file server has a file or directory.',
    examples: ["salt '*' slsutil.path_exists nginx/defaults.yaml"],
    args: { path, saltenv },
    run: async (ctx, values) => has(await treeOf(ctx, values.saltenv), values.path),
  }),
  findup: fn({
    doc: 'Return the path of the first file or directory with one of these names, in a directory or the nearest one above it.',
    examples: ["salt '*' slsutil.findup formulas/shared/nginx map.jinja"],
    args: {
      startpath: arg.string('Where to begin; empty for the top of the file roots. A file counts too.'),
      filenames: arg.any('The name, or a list of names.'),
      saltenv,
    },
    run: async (ctx, values) => findUp(await treeOf(ctx, values.saltenv), values),
  }),
}

interface Tree {
  readonly files: ReadonlySet<string>
  readonly directories: ReadonlySet<string>
}

/** Everything that the server has, listed once for a job. */
async function treeOf({ files, memo }: ExecContext, environment: string): Promise<Tree> {
  const key = `slsutil/tree/${environment}`
  const known = memo.get(key) as Promise<Tree> | undefined
  if (known !== undefined) return known
  const query = { saltenv: environment }
  const listed = Promise.all([files.listFiles('', query), files.listDirs('', query)])
  const tree = listed.then(([all, directories]) => ({
    files: new Set(all),
    directories: new Set(directories),
  }))
  memo.set(key, tree)
  return tree
}

function has({ files, directories }: Tree, wanted: string): boolean {
  return files.has(wanted) || directories.has(wanted)
}

function findUp(
  tree: Tree,
  { startpath, filenames }: { readonly startpath: string; readonly filenames: unknown },
): string {
  const names: readonly unknown[] = typeof filenames === 'string' ? [filenames] : listOf(filenames)
  let at = startpath === '' ? '' : posix.normalize(startpath).replace(/\/$/, '')
  if (at !== '' && !has(tree, at)) {
    throw new SaltError('ARGUMENTS_INVALID', `Starting path not found in the state tree: ${at}`)
  }
  for (;;) {
    for (const name of names) {
      const full = posix.join(at, String(name))
      if (has(tree, full)) return full
    }
    if (at === '') throw new SaltError('COMMAND_FAILED', 'File pattern(s) not found in path ancestry')
    at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : ''
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new SaltError('ARGUMENTS_INVALID', 'Filenames argument must be a string or list of strings')
}

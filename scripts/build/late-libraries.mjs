// SPDX-License-Identifier: Apache-2.0
// Libraries that a source asks for with `require` at the moment it needs them: each becomes a file of its own, which
// a tool that never comes to that moment does not read.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The libraries by name, each with the package that depends on it. */
const libraries = { 'js-yaml': 'core', re2js: 'targeting' }

/**
 * The libraries as `files` (`{ name, contents }`), and the esbuild `plugin` that leads `require` to them. `settings` are
 * esbuild's. Rejects when a library is missing.
 */
export async function lateLibraries(root, settings) {
  const names = Object.keys(libraries)
  const files = await Promise.all(
    names.map((name) => libraryFile(name, join(root, 'packages', libraries[name]), settings)),
  )
  return { files, plugin: requireFrom(new Map(names.map((name, index) => [name, files[index].name]))) }
}

async function libraryFile(name, owner, settings) {
  const { outputFiles } = await build({
    ...settings,
    stdin: { contents: `export * from '${name}'`, resolveDir: owner },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
  })
  const [{ contents }] = outputFiles
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 8).toUpperCase()
  return { name: `${name}-${hash}.cjs`, contents }
}

function requireFrom(places) {
  return {
    name: 'late-libraries',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind !== 'require-call' || !places.has(path)) return undefined
        return { path: `./${places.get(path)}`, external: true }
      })
    },
  }
}

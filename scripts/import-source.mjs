// SPDX-License-Identifier: Apache-2.0
// Lets a script read what the TypeScript sources declare (tables, catalogues, modules) on every Node we run on,
// without a build: the files are bundled into temporary modules and imported.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { requireBanner } from './build/require-banner.mjs'

const root = join(import.meta.dirname, '..')
const folder = join(root, '.cache', 'sources')
let imported = 0

/**
 * The exports of a source file, given relative to the repository's root; `external` names packages that are imported as they were built.
 * Rejects when it does not build or throws.
 */
export async function importSource(path, { external = [] } = {}) {
  const [exported] = await importSources([path], { external })
  return exported
}

/** The exports of many, in their order: what they share is built once. What they import late is gone by then. */
export async function importSources(paths, { external = [] } = {}) {
  imported += 1
  const outdir = join(folder, `${process.pid}-${imported}`)
  try {
    await build(options(paths, { outdir, external }))
    return await Promise.all(paths.map((path, index) => importBuilt(path, join(outdir, `${index}.mjs`))))
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

async function importBuilt(path, file) {
  try {
    return await import(pathToFileURL(file).href)
  } catch (cause) {
    throw new Error(`cannot read ${path}: ${cause.message}`, { cause })
  }
}

function options(paths, { outdir, external }) {
  return {
    absWorkingDir: root,
    entryPoints: paths.map((path, index) => ({ in: path, out: String(index) })),
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: paths.length > 1,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    external: ['zeromq', 'lmdb', ...external],
    banner: { js: requireBanner },
    logLevel: 'warning',
  }
}

// SPDX-License-Identifier: Apache-2.0
// Lets a script read what the TypeScript sources declare (tables, catalogues, modules) on every Node we run on,
// without a build: the file is bundled into one temporary module and imported.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { requireBanner } from './build/require-banner.mjs'

const root = join(import.meta.dirname, '..')
const folder = join(root, '.cache', 'sources')
let imported = 0

/** The exports of a source file, given relative to the repository's root. Rejects when it does not build or throws. */
export async function importSource(path) {
  const { outputFiles } = await build(options(path))
  mkdirSync(folder, { recursive: true })
  imported += 1
  const file = join(folder, `${process.pid}-${imported}.mjs`)
  writeFileSync(file, outputFiles[0].contents)
  try {
    return await import(pathToFileURL(file).href)
  } finally {
    rmSync(file)
  }
}

function options(path) {
  return {
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    external: ['zeromq', 'lmdb'],
    banner: { js: requireBanner },
    logLevel: 'warning',
  }
}

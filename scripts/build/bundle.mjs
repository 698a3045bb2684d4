// SPDX-License-Identifier: Apache-2.0
// The bundle: one ES module per tool and per lazily loaded module, sharing chunks. A tool that reads three files starts
// in half the time of one that reads eighty (docs/adr/001-a-bundle-beside-the-packages.md).
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { nativeAddons } from './native-addons.mjs'

const toolFolder = 'packages/cli/src/bin'
/** Entry files that are no tools: name in dist/ → source. */
const otherEntries = {
  executor: 'packages/minion/src/executor/main.ts',
  modules: 'packages/modules/src/index.ts',
}

/** Heads each bundled file: CommonJS packages inside an ES module still call `require` for what Node itself provides. */
export const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);"

/**
 * Writes dist/ and removes what an earlier build left there. Resolves to the entry files, relative to `root`;
 * to undefined when a source does not build, after esbuild has said why on standard error.
 */
export async function bundle(root) {
  const entryPoints = entriesIn(root)
  mkdirSync(join(root, 'dist'), { recursive: true })
  const result = await build(options(root, entryPoints)).catch(() => undefined)
  if (result === undefined) return undefined
  removeAllBut(root, Object.keys(result.metafile.outputs))
  return Object.keys(entryPoints).map((name) => `dist/${name}.js`)
}

function entriesIn(root) {
  const folder = join(root, toolFolder)
  const tools = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.ts')) : []
  const others = Object.entries(otherEntries).filter(([, source]) => existsSync(join(root, source)))
  return {
    ...Object.fromEntries(tools.map((file) => [basename(file, '.ts'), join(toolFolder, file)])),
    ...Object.fromEntries(others),
  }
}

function options(root, entryPoints) {
  return {
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    // Chunks lie beside the entries, so `new URL('./executor.js', import.meta.url)` holds in every one of them.
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    external: ['lmdb'],
    plugins: [nativeAddons(root)],
    banner: { js: requireBanner },
    // Identifiers stay as written: names in stack traces are worth more than the bytes.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  }
}

function removeAllBut(root, outputs) {
  const kept = new Set(outputs.map((path) => basename(path)))
  for (const file of readdirSync(join(root, 'dist'))) {
    if (!kept.has(file)) rmSync(join(root, 'dist', file), { recursive: true })
  }
}

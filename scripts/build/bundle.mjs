// SPDX-License-Identifier: Apache-2.0
// The bundle: one ES module per tool and per lazily loaded module, sharing chunks. A tool that reads three files starts
// in half the time of one that reads eighty (docs/adr/001-a-bundle-beside-the-packages.md).
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { directImports } from './direct-imports.mjs'
import { filesOf, install } from './install.mjs'
import { lateLibraries } from './late-libraries.mjs'
import { nativeAddons } from './native-addons.mjs'

const toolFolder = 'packages/cli/src/bin'
/** Entry files that are no tools: name in dist/ → source. */
const otherEntries = {
  executor: 'packages/executor/src/main.ts',
  modules: 'packages/modules/src/manifest.generated.ts',
  'file-reader': 'packages/fileserver/src/roots/file-reader.ts',
  'file-hasher': 'packages/fileserver/src/client/file-hasher.ts',
}

/**
 * Heads bundled files: CommonJS packages inside an ES module still call `require` for what Node itself provides. It is made
 * with the first call, since that takes half a millisecond and most calls never come.
 */
export const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';" +
  'let __require_;const require = (id) => (__require_ ??= __createRequire(import.meta.url))(id);'

/** What the text of every file has in common. */
const textSettings = {
  target: 'node20.19',
  // Identifiers stay as written: names in stack traces are worth more than the bytes.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
}

/**
 * Writes dist/; what only the build before had stays there until the next. Resolves to the entry files, relative to
 * `root`; to undefined when a source does not build, after esbuild has said why on standard error.
 */
export async function bundle(root) {
  const composed = await compose(root).catch(() => undefined)
  if (composed === undefined) return undefined
  const entries = Object.keys(entriesIn(root)).map((name) => `${name}.js`)
  const files = filesOf(composed.result, { entries, banner: requireBanner })
  install(join(root, 'dist'), [...composed.libraries, ...files])
  return entries.map((name) => `dist/${name}`)
}

/** The bundle in memory: esbuild's `result`, and the files of `libraries` beside it. Rejects when a source does not build. */
export async function compose(root) {
  const { files: libraries, plugin } = await lateLibraries(root, textSettings)
  const plugins = [plugin, directImports(root), nativeAddons(root)]
  return { result: await build({ ...options(root, entriesIn(root)), plugins }), libraries }
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
    ...textSettings,
    conditions: ['source'],
    external: ['lmdb'],
    // Sources that have to know it, and can believe it: nobody else can set this.
    define: { 'import.meta.bundled': 'true' },
    banner: { js: requireBanner },
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'warning',
  }
}

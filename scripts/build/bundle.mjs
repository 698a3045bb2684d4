// SPDX-License-Identifier: Apache-2.0
// The bundle: one chunk per tool and per lazily loaded module, and chunks that these share. A tool that reads three files
// starts in half the time of one that reads eighty (docs/adr/001-a-bundle-beside-the-packages.md).
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { commonJsOf } from './common-js.mjs'
import { directImports } from './direct-imports.mjs'
import { install } from './install.mjs'
import { lateLibraries } from './late-libraries.mjs'
import { nativeAddons } from './native-addons.mjs'

const toolFolder = 'packages/cli/src/bin'
/** Entry files that are no tools: name in dist/ → source. */
const otherEntries = {
  executor: 'packages/executor/src/main.ts',
  modules: 'packages/modules/src/manifest.generated.ts',
  unsealing: 'packages/transport/src/channel/unsealing.ts',
  'file-reader': 'packages/fileserver/src/roots/file-reader.ts',
  'file-hasher': 'packages/fileserver/src/client/file-hasher.ts',
  'pillar-worker': 'packages/master/src/pillar/pillar-worker.ts',
  updater: 'packages/updater/src/main.ts',
  'halite-repo': 'packages/updater/src/repo-main.ts',
  'install-service': 'packages/updater/src/service-main.ts',
}

/** What the text of every file has in common. */
const textSettings = {
  target: 'node20.19',
  // Identifiers stay as written: names in stack traces are worth more than the bytes.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
}

/**
 * Writes dist/, or the folder `dist`; what only the build before had stays there until the next. Resolves to the entry
 * files, relative to `root`; to undefined when a source does not build, after esbuild has said why on standard error.
 * `release` is the version of a frozen build.
 */
export async function bundle(root, { dist = join(root, 'dist'), release } = {}) {
  const composed = await compose(root, release).catch(() => undefined)
  if (composed === undefined) return undefined
  const starts = entriesIn(root)
  const files = await commonJsOf(composed.result, { starts, settings: textSettings })
  install(dist, [...composed.libraries, ...files])
  return Object.keys(starts).map((name) => `dist/${name}.js`)
}

/** The bundle in memory: esbuild's `result`, and the files of `libraries` beside it. Rejects when a source does not build. */
export async function compose(root, release) {
  const { files: libraries, plugin } = await lateLibraries(root, textSettings)
  const plugins = [plugin, directImports(root), nativeAddons(root)]
  return { result: await build({ ...options(root, entriesIn(root), release), plugins }), libraries }
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

function options(root, entryPoints, release) {
  return {
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    // All lie in one folder, so `new URL('./executor.js', import.meta.url)` holds in every one of them.
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    ...textSettings,
    conditions: ['source'],
    external: ['lmdb', 'native-reg'],
    // Sources that have to know it, and can believe it: nobody else can set this.
    define: {
      'import.meta.bundled': 'true',
      'import.meta.release': release === undefined ? 'undefined' : JSON.stringify(release),
    },
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'warning',
  }
}

// SPDX-License-Identifier: Apache-2.0
// Writes every file that follows from another: `npm run generate`. With `--check` it writes nothing and fails, naming
// the files that are not what they should be.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { configFiles } from './generate-config.mjs'
import { errorFiles } from './generate-errors.mjs'
import { functionTypeFiles } from './generate-function-types.mjs'
import { manifestFiles, ownedDescriptions } from './generate-manifest.mjs'
import { moduleDocFiles, ownedFolders } from './generate-modules.mjs'
import { parityFiles } from './generate-parity.mjs'
import { referenceFiles } from './references.mjs'

const root = join(import.meta.dirname, '..')

/** Path → text of every generated file. */
export async function generatedFiles() {
  const maps = await Promise.all([
    referenceFiles(),
    configFiles(),
    manifestFiles(),
    functionTypeFiles(),
    moduleDocFiles(),
    errorFiles(),
    parityFiles(),
  ])
  return new Map(maps.flatMap((files) => [...files]))
}

/** Paths of generated files whose text on disk is not what the sources say, or which no source asks for, sorted. */
export async function staleFiles() {
  const files = await generatedFiles()
  const changed = [...files].filter(([path, text]) => textOf(path) !== text).map(([path]) => path)
  return [...changed, ...leftOver(files)].sort()
}

if (process.argv[1] === import.meta.filename) {
  process.exitCode = process.argv.includes('--check') ? await check() : await write()
}

async function check() {
  const stale = await staleFiles()
  if (stale.length === 0) return 0
  process.stderr.write(`Not what the sources say; run \`npm run generate\` and commit the result:\n`)
  for (const path of stale) process.stderr.write(`  ${path}\n`)
  return 1
}

async function write() {
  const files = await generatedFiles()
  for (const path of leftOver(files)) {
    rmSync(join(root, path))
    process.stdout.write(`removed ${path}\n`)
  }
  for (const [path, text] of files) {
    if (textOf(path) === text) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    process.stdout.write(`wrote ${path}\n`)
  }
  return 0
}

function leftOver(files) {
  return [...ownedFolders, ownedDescriptions]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !files.has(path))
}

function textOf(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined
}

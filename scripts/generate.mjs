// SPDX-License-Identifier: Apache-2.0
// Writes every file that follows from another: `npm run generate`. With `--check` it writes nothing and fails, naming
// the files that are not what they should be.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { configFiles } from './generate-config.mjs'
import { errorFiles } from './generate-errors.mjs'
import { manifestFiles } from './generate-manifest.mjs'
import { referenceFiles } from './references.mjs'

const root = join(import.meta.dirname, '..')

/** Path → text of every generated file. */
export async function generatedFiles() {
  const maps = await Promise.all([referenceFiles(), configFiles(), manifestFiles(), errorFiles()])
  return new Map(maps.flatMap((files) => [...files]))
}

/** Paths of generated files whose text on disk is not what the sources say, sorted. */
export async function staleFiles() {
  return [...(await generatedFiles())]
    .filter(([path, text]) => textOf(path) !== text)
    .map(([path]) => path)
    .sort()
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
  for (const [path, text] of await generatedFiles()) {
    if (textOf(path) === text) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    process.stdout.write(`wrote ${path}\n`)
  }
  return 0
}

function textOf(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined
}

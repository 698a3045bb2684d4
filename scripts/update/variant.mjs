// SPDX-License-Identifier: Apache-2.0
// Releases for the story of updates: the frozen build of these sources, and the same with another version and a fault.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { writeZip } from '../freeze/zip.mjs'

const thisPlatform = `${process.platform}-${process.arch}`

/** @typedef {{ version: string, tree: string, zip: string }} Variant */

/** What a minion with a fault does instead of its work. */
const faults = {
  // It starts and runs, but nobody hears of it.
  'never-ready':
    "if (process.argv.includes('--version')) console.log('faulty'); else { setInterval(() => {}, 1000); process.once('SIGTERM', () => process.exit(0)) }\n",
  crash: "if (process.argv.includes('--version')) console.log('faulty'); else process.exit(13)\n",
}

/**
 * A release of `version` as its zip file `zip` and unpacked in `tree`. The first one is frozen; others are made of `from`, so
 * that they differ as much as a release of the application differs from the one before; `node` is another runtime for it. `platform` is
 * that of this machine unless it is named.
 *
 * @param {{ root: string, work: string, version: string, fault?: string, from?: Variant, node?: string, platform?: string }} options
 * @returns {Promise<Variant>}
 */
export async function variantOf({ root, work, version, fault, from, node, platform = thisPlatform }) {
  const out = join(work, 'zips')
  mkdirSync(out, { recursive: true })
  const name = `salt-${version}.${platform}`
  const tree = join(work, 'trees', version)
  const zip = join(out, `${name}.zip`)
  if (from === undefined) {
    run(process.execPath, [
      join(root, 'scripts/freeze.mjs'),
      '--release',
      version,
      '--platform',
      platform,
      '--out',
      out,
      '--no-check',
    ])
    mkdirSync(tree, { recursive: true })
    run('unzip', ['-q', zip, '-d', tree])
    return { version, tree, zip }
  }
  copyTree(from.tree, tree)
  const folder = join(tree, 'versions', name)
  renameSync(join(tree, 'versions', `salt-${from.version}.${platform}`), folder)
  if (node !== undefined) replace(join(folder, 'bin/node'), readFileSync(node), 0o755)
  rewrite(folder, { version, from: from.version, fault })
  await writeZip(zip, entriesOf(folder, name))
  return { version, tree, zip }
}

function rewrite(folder, { version, from, fault }) {
  for (const file of readdirSync(join(folder, 'lib')).filter((one) => one.endsWith('.js'))) {
    const text = readFileSync(join(folder, 'lib', file), 'utf8')
    const changed = text.replaceAll(`"${from}"`, `"${version}"`)
    if (changed !== text) replace(join(folder, 'lib', file), changed)
  }
  if (fault !== undefined) replace(join(folder, 'lib', 'salt-minion.js'), faults[fault])
  const manifest = JSON.parse(readFileSync(join(folder, 'MANIFEST.json'), 'utf8'))
  manifest.version = version
  for (const file of manifest.files) {
    const bytes = readFileSync(join(folder, file.path))
    file.size = bytes.length
    file.sha256 = createHash('sha256').update(bytes).digest('hex')
  }
  replace(join(folder, 'MANIFEST.json'), JSON.stringify(manifest))
}

/** A file may have a second name in the tree it was copied from. */
function replace(path, text, mode = 0o644) {
  writeFileSync(`${path}.new`, text, { mode })
  renameSync(`${path}.new`, path)
}

/** The largest file, which variants share. */
const runtime = /bin\/node(\.exe)?$/

function copyTree(from, to) {
  cpSync(from, to, { recursive: true, filter: (path) => !runtime.test(path) })
  for (const version of readdirSync(join(from, 'versions'))) {
    const bin = join('versions', version, 'bin')
    mkdirSync(join(to, bin), { recursive: true })
    for (const node of readdirSync(join(from, bin))) {
      linkSync(join(from, bin, node), join(to, bin, node))
      chmodSync(join(to, bin, node), 0o755)
    }
  }
}

function entriesOf(folder, name) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((source) => ({
      path: `versions/${name}/${source.slice(folder.length + 1)}`,
      source,
      mode: runtime.test(source) ? 0o755 : 0o644,
    }))
}

function run(program, args) {
  const { status, stderr } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${stderr}`)
}

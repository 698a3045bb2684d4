// SPDX-License-Identifier: Apache-2.0
// Remembers from which sources dist/ was built, so that setup builds only what changed. Content counts, not time:
// switching branches back and forth costs nothing, and a checkout with odd times is no trap.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const stamp = (root) => join(root, 'dist', '.built-from')

/** Whether the last complete build was made from the sources as they are now, and its results still exist. */
export function isBuildCurrent(root) {
  if (!existsSync(stamp(root))) return false
  const [digest, ...results] = readFileSync(stamp(root), 'utf8').trim().split('\n')
  return results.every((path) => existsSync(join(root, path))) && digest === digestOfSources(root)
}

/** Forgets the last build; done before a build starts, so that one that fails is repeated. */
export function clearStamp(root) {
  rmSync(stamp(root), { force: true })
}

/** Records a complete build: `digest` from before it began, and the files a later check looks for. */
export function writeStamp(root, digest, results) {
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp(root), `${[digest, ...results].join('\n')}\n`)
}

/** One digest over everything a build reads: sources, package and compiler settings, the lock and the build itself. */
export function digestOfSources(root) {
  const hash = createHash('sha256')
  for (const path of buildInputs(root)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

function buildInputs(root) {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)
  return [
    'package-lock.json',
    'tsconfig.json',
    'scripts/build.mjs',
    ...filesUnder(root, 'scripts/build'),
    ...packages.flatMap((path) => [
      ...['package.json', 'tsconfig.json']
        .map((name) => `${path}/${name}`)
        .filter((file) => existsSync(join(root, file))),
      ...filesUnder(root, `${path}/src`),
    ]),
  ].sort()
}

function filesUnder(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

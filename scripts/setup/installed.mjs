// SPDX-License-Identifier: Apache-2.0
// Compares what package-lock.json asks for with what npm recorded in node_modules. No stamp of ours is needed,
// so `npm ci`, `npm install` and a package removed by hand are all seen for what they are.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Paths of packages that are absent or of another version; empty when node_modules is as package-lock.json says. */
export function missingPackages(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'))
  const recorded = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(recorded)) return Object.keys(wanted)
  const present = packagesIn(recorded)
  return Object.entries(wanted)
    .filter(([path, entry]) => path.includes('node_modules/') && !isSatisfied(present[path], entry))
    .map(([path]) => path)
}

function isSatisfied(present, wanted) {
  // Optional packages of other platforms are in the lock but never installed.
  if (present === undefined) return wanted.optional === true
  return present.version === wanted.version
}

function packagesIn(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages
}

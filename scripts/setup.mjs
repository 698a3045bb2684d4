// SPDX-License-Identifier: Apache-2.0
// Makes a clone ready to run: checks Node, installs what package-lock.json names, builds what changed.
// Does nothing, in a fraction of a second, when everything is in place.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { isRecorded } from './build/bytecode-place.mjs'
import { isBuildCurrent } from './build/stamp.mjs'
import { missingPackages } from './setup/installed.mjs'

// Old Nodes have no import.meta.dirname, and must get as far as the check that refuses them.
const root = fileURLToPath(new URL('..', import.meta.url))
const oldestNode = [20, 19]

checkNode()
install()
build()

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  fail(`Halite needs Node ${oldestNode.join('.')} or newer; this is Node ${process.versions.node}.`)
}

function install() {
  const missing = missingPackages(root)
  if (missing.length === 0) return
  step('Installing packages', () =>
    runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']),
  )
}

function build() {
  if (!isBuildCurrent(root)) step('Building', () => runNode(['scripts/build.mjs']))
  else if (!isRecorded(root)) step('Keeping bytecode for this Node', () => runNode(['scripts/bytecode.mjs']))
}

function step(title, work) {
  const start = performance.now()
  process.stdout.write(`${title} …\n`)
  if (work().status !== 0) fail(`${title} failed; the reason is above.`)
  process.stdout.write(`${title}: done in ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
}

/** npm as it was started, or the one on the path; its report goes to standard error, where errors belong. */
function runNpm(args) {
  const cli = process.env.npm_execpath
  if (cli?.endsWith('.js')) return runNode([cli, ...args])
  return spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
}

function runNode(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

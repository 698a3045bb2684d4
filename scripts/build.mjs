// SPDX-License-Identifier: Apache-2.0
// Builds everything: the compiled packages (packages/*/dist, with types) and, beside them, the bundle that the
// tools in bin/ start (dist/). Both run at once; the build fails when either does.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { bundle } from './build/bundle.mjs'
import { recordBytecode } from './build/record-bytecode.mjs'
import { clearStamp, digestOfSources, writeStamp } from './build/stamp.mjs'

const root = join(import.meta.dirname, '..')

const digest = digestOfSources(root)
clearStamp(root)
const [compiled, entries] = await Promise.all([compile(), bundle(root)])
if (!compiled || entries === undefined) process.exit(1)
await recordBytecode(root)
writeStamp(root, digest, entries)

/** Type-checks and compiles every package; TypeScript prints what is wrong. Resolves to whether all is well. */
function compile() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const child = spawn(process.execPath, [tsc, '--build'], { cwd: root, stdio: ['ignore', 2, 2] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code === 0))
  })
}

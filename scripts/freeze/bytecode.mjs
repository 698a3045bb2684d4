// SPDX-License-Identifier: Apache-2.0
// Bytecode for the embedded Node, so that the frozen tools start as quickly as those of a clone (docs/adr/010-bytecode.md).
// A fixed seed, and names in place of paths, make
// it the same each time; V8 accepts it whatever the seed of the process that reads it.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytecodeFolder } from '../build/bytecode-place.mjs'

/**
 * Runs `salt-call` of the folder `lib` with the runtime, and returns the files of bytecode it left, as parts of the release.
 * For a platform other than this machine's there are none: its tools compile what they run. Throws when it fails.
 */
export function recordFrozenBytecode({ lib, runtime, platform, work }) {
  if (platform !== `${process.platform}-${process.arch}`) return []
  const record = join(work, 'bytecode')
  const config = join(work, 'etc')
  const node = join(work, 'node')
  mkdirSync(config, { recursive: true })
  writeFileSync(join(config, 'minion'), `root_dir: ${join(work, 'root')}\nid: freezer\n`)
  copyFileSync(runtime.binary, node)
  chmodSync(node, 0o755)
  const words = ['--random-seed=1', join(lib, 'salt-call.js'), '--local', '-c', config, 'test.ping']
  const { status, stderr } = spawnSync(node, words, {
    env: { HALITE_RECORD_BYTECODE: record, HALITE_RECORD_NAMES: '1' },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`salt-call of the frozen tree failed: ${stderr.trim()}`)
  const folder = bytecodeFolder(`v${runtime.version}`, platform)
  return readdirSync(record).map((name) => ({ path: `${folder}/${name}`, source: join(record, name) }))
}

// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { run } from '@halite/core'
import { toolPath } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

interface Loaded {
  readonly builtIns: readonly string[]
  readonly addons: readonly string[]
  readonly commonJs: readonly string[]
}

const probe = join(import.meta.dirname, 'fixtures/what-was-loaded.cjs')
let directory = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'halite-start-'))
  mkdirSync(join(directory, 'etc'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Runs `salt-call --local` with this configuration file; resolves to its output and what the process had loaded. */
async function call(config: string, ...words: readonly string[]) {
  const list = join(directory, 'loaded.json')
  writeFileSync(join(directory, 'etc/minion'), `root_dir: ${directory}\nid: web1\n${config}`)
  const env = { ...process.env, LOADED_LIST: list, NODE_OPTIONS: '' }
  const tool = ['-r', probe, toolPath('salt-call'), '-c', join(directory, 'etc'), '--local']
  const { stdout, stderr } = await run([process.execPath, ...tool, ...words], { env })
  const loaded: Loaded = JSON.parse(readFileSync(list, 'utf8'))
  return { stdout: stdout.toString(), stderr: stderr.toString(), loaded }
}

test('a local ping loads no addon, no library, and neither crypto nor child_process', async () => {
  const { stdout, stderr, loaded } = await call('log_level: warning\n', 'test.ping')
  expect({ stdout, stderr }).toEqual({ stdout: 'local:\n    True\n', stderr: '' })
  expect(loaded.addons).toEqual([])
  // Its own files alone: the command, the bundle, and the list of modules.
  const own = ['salt-call', 'start.js', 'salt-call.js', 'load.js', 'modules.js']
  expect(loaded.commonJs.map((path) => basename(path))).toEqual(own)
  expect(
    loaded.builtIns.filter((name) => ['crypto', 'child_process', 'zlib', 'worker_threads'].includes(name)),
  ).toEqual([])
})

test('what it leaves out is there when it is needed: programs, log lines', async () => {
  const { stdout, stderr, loaded } = await call(
    'log_level: "debug"\nmodule_dirs: []\n',
    'cmd.run',
    'echo late',
  )
  expect(stdout).toBe('local:\n    late\n')
  expect(loaded.builtIns).toContain('child_process')
  expect(stderr).toMatch(/^\[INFO {4}\] Executing command 'echo' /m)
})

test('a log line reaches stderr by its level', async () => {
  const failing = await call('log_level: debug\n', 'test.exception', 'oh')
  expect(failing.stderr).toMatch(/^\[DEBUG {3}\] function failed .*fun=test\.exception/m)
  const quiet = await call('log_level: quiet\n', 'test.exception', 'oh')
  expect(quiet.stderr).toBe('')
})

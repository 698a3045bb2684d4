// SPDX-License-Identifier: Apache-2.0
import { beforeAll, expect, test } from 'vitest'
import { compose } from '../../scripts/build/bundle.mjs'
import { expectNone } from './expect-none.ts'
import { root } from './sources.ts'

interface Output {
  readonly entryPoint?: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[]
}

let outputs: Readonly<Record<string, Output>> = {}

beforeAll(async () => {
  outputs = (await compose(root)).result.metafile?.outputs ?? {}
}, 60_000)

/** What is loaded with the files of the bundle that are made from these sources, before anything loads more. */
function loadedWith(...sources: readonly string[]): {
  inputs: string[]
  nodeModules: string[]
  files: number
} {
  const reached = new Set(
    Object.keys(outputs).filter((path) => sources.includes(outputs[path]?.entryPoint ?? '')),
  )
  expect(reached.size).toBe(sources.length)
  const nodeModules = new Set<string>()
  for (const path of reached) {
    for (const one of outputs[path]?.imports ?? []) {
      if (one.kind === 'import-statement') (one.external ? nodeModules : reached).add(one.path)
    }
  }
  const inputs = [...reached].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}))
  return { inputs, nodeModules: [...nodeModules], files: reached.size }
}

const tools = ['salt', 'salt-call', 'salt-key', 'salt-run'].map((name) => `packages/cli/src/bin/${name}.ts`)
const localPing = [
  'packages/cli/src/bin/salt-call.ts',
  'packages/minion/src/caller.ts',
  'packages/modules/src/manifest.generated.ts',
  'packages/modules/src/execution/test.ts',
  'packages/modules/src/outputters/nested.ts',
]

test('`salt-call --local test.ping` loads no library, no transport and nothing of Node that takes its time', () => {
  const { inputs, nodeModules, files } = loadedWith(...localPing)
  expectNone(
    'Loaded without need',
    inputs.filter((path) => /node_modules|^addon:|packages\/(transport|protocol)/.test(path)),
  )
  const slow = ['child_process', 'crypto', 'net', 'tls', 'http', 'zlib', 'worker_threads', 'dns', 'assert']
  expectNone(
    'Loaded without need',
    nodeModules.filter((name) => slow.includes(name.replace(/^node:|\/.*$/g, ''))),
  )
  // Each file takes a third of a millisecond.
  expect(files).toBeLessThanOrEqual(20)
})

test.each(tools)('%s reads its words without a YAML parser, a log library or another program', (tool) => {
  const late =
    /node_modules\/(js-yaml|pino|yargs|lmdb|re2js)|core\/src\/(log-pino|process)\.ts|packages\/(master|minion|modules)\//
  expectNone(
    'Loaded without need',
    loadedWith(tool).inputs.filter((path) => late.test(path)),
  )
})

// SPDX-License-Identifier: Apache-2.0
// One step of an update in a process of its own, to be killed at any of its calls: `step STEP ROOT SOURCE`. A source that is
// a URL is a signed repository, whose root lies in ROOT/trust.
import { join } from 'node:path'
import {
  confirm,
  countAttempt,
  FrozenApp,
  Layout,
  LocalDirectory,
  noteEnd,
  rollBack,
  SignedRepository,
} from '@halite/updater'

const [, , step, root, source] = process.argv
const layout = new Layout(root)
const steps = {
  update: () => new FrozenApp({ root, finder: finder() }).autoUpdate(),
  confirm: async () => confirm(layout, source, 'test'),
  'roll-back': async () => rollBack(layout, 'test'),
  cleanup: () => new FrozenApp({ root }).cleanup(),
  // What a start file has done around each start.
  attempt: async () => countAttempt(layout),
  failed: async () => noteEnd(layout, 'exit code 1'),
}

function finder() {
  if (!source.startsWith('http:')) return new LocalDirectory(source)
  const trust = { root: join(layout.trust, 'root.json'), directory: join(layout.trust, 'metadata') }
  return new SignedRepository({ url: source, trust })
}

steps[step]().then(
  (result) => process.stdout.write(`${result}\n`),
  (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 3
  },
)

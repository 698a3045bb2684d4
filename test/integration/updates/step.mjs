// SPDX-License-Identifier: Apache-2.0
// One step of an update in a process of its own, to be killed at any of its calls: `step.mjs STEP ROOT ZIPS`.
import { confirm, FrozenApp, Layout, LocalDirectory, rollBack } from '@halite/updater'

const [, , step, root, zips] = process.argv
const layout = new Layout(root)
const steps = {
  update: () => new FrozenApp({ root, finder: new LocalDirectory(zips) }).autoUpdate(),
  confirm: async () => confirm(layout, process.argv[5], 'test'),
  'roll-back': async () => rollBack(layout, 'test'),
  cleanup: () => new FrozenApp({ root }).cleanup(),
}

try {
  process.stdout.write(`${await steps[step]()}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 3
}

// SPDX-License-Identifier: Apache-2.0
// Updates the application in ROOT from the repository at URL, in whatever Node runs it: `update-once.mjs ROOT URL`. Prints the version it
// has then, and why it took longer ways.
import { join } from 'node:path'
import { FrozenApp, SignedRepository } from '@halite/updater'

const [, , root, url] = process.argv
const trust = { root: join(root, 'trust/root.json'), directory: join(root, 'trust/metadata') }
const app = new FrozenApp({ root, finder: new SignedRepository({ url, trust }) })
const reasons = []
let error
try {
  await app.autoUpdate({ onProgress: ({ reason }) => reason !== undefined && reasons.push(reason) })
} catch (caught) {
  error = caught.message
}
process.stdout.write(JSON.stringify({ version: app.version, reasons, error }))

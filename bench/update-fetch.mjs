// SPDX-License-Identifier: Apache-2.0
// Fetches the newest version for the application in ROOT, in the Node of that release: `update-fetch.mjs ROOT URL`.
import { join } from 'node:path'
import { FrozenApp, SignedRepository } from '@halite/updater'

const [, , root, url] = process.argv
const trust = { root: join(root, 'trust/root.json'), directory: join(root, 'trust/metadata') }
const app = new FrozenApp({ root, finder: new SignedRepository({ url, trust }) })
const onProgress = ({ reason }) => reason !== undefined && console.error(reason)
await app.fetchVersion(await app.findUpdate(), { onProgress })

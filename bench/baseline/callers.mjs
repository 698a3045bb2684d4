// SPDX-License-Identifier: Apache-2.0
// The minions' share of a connect storm, bare. Arguments: how many, and the port of the doorman.
import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'

const [count, port] = process.argv.slice(2).map(Number)
const atOnce = 10
/** `export()` of a finished key can stop Node 20 for ever: see `makeEphemeral` in packages/protocol. */
const publicAsJwk = { publicKeyEncoding: { format: 'jwk' } }
let started = 0

await Promise.all(Array.from({ length: atOnce }, callInTurn))

async function callInTurn() {
  while (started < count) {
    started += 1
    await call()
  }
}

/** Two connections, as a minion has; on one of them it is let in, on the other it says a word. */
async function call() {
  const identity = generateKeyPairSync('ed25519', publicAsJwk)
  const ephemeral = generateKeyPairSync('x25519', publicAsJwk)
  const claim = Buffer.concat([identity, ephemeral].map(rawOf))
  const requests = connect(port, '127.0.0.1')
  requests.write(Buffer.concat([claim, sign(null, claim, identity.privateKey)]))
  await once(requests, 'data')
  const publications = connect(port, '127.0.0.1')
  publications.write('subscribe')
  await once(publications, 'data')
}

function rawOf({ publicKey }) {
  return Buffer.from(publicKey.x, 'base64url')
}

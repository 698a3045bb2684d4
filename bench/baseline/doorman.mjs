// SPDX-License-Identifier: Apache-2.0
// The master's share of a connect storm, bare: takes connections in pairs, and for each pair does the cryptography of one handshake.
// Argument: how many. Says `{ port }`, and `{ ready }` when as many were let in.
import {
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { createServer } from 'node:net'

/** Two keys of 32 bytes and a signature. */
const callBytes = 128
const count = Number(process.argv[2])
const identity = generateKeyPairSync('ed25519').privateKey
let letIn = 0

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined)
  socket.on('data', (call) => {
    if (call.length === callBytes) answer(socket, call)
    else socket.write(call)
  })
})
server.listen(0, '127.0.0.1', 16_384, () => process.send({ port: server.address().port }))

/** Who calls is its key, an ephemeral one, and a signature; it is told ours. */
function answer(socket, call) {
  const key = peerKey(call.subarray(0, 32), 'Ed25519')
  verify(null, call.subarray(0, 64), key, call.subarray(64), (error, isValid) => {
    if (error || !isValid) throw new Error('a call that was not signed')
    const ephemeral = generateKeyPairSync('x25519')
    const publicKey = peerKey(call.subarray(32, 64), 'X25519')
    const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey })
    const keys = Buffer.from(hkdfSync('sha256', shared, Buffer.alloc(32), 'storm', 64))
    const reply = Buffer.concat([randomBytes(32), keys.subarray(0, 32)])
    socket.write(Buffer.concat([reply, sign(null, reply, identity)]))
    letIn += 1
    if (letIn === count) process.send({ ready: true })
  })
}

function peerKey(raw, curve) {
  const key = { kty: 'OKP', crv: curve, x: raw.toString('base64url') }
  return createPublicKey({ key, format: 'jwk' })
}

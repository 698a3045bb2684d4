// SPDX-License-Identifier: Apache-2.0
// Records what the peers of jeromq send to this package's sockets: `node record.mjs <class path>`, after
//   javac -cp jeromq-0.6.0.jar Peers.java
// with a class path of jeromq-0.6.0.jar, jnacl-1.0.0.jar and this folder. Writes recording.json: for each connection the bytes of the
// peer in the pieces in which they came. Needs the built package (`npm run build`).
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Door } from '@halite/transport'

const names = [
  'DEALER',
  'DEALER with an identity',
  'REQ',
  'REQ with an identity',
  'SUB',
  'SUB with an identity',
]
const topic = Buffer.alloc(16, 'T')
const known = new Set()
const recording = []

const door = new Door()
const server = await door.serve({
  address: 'tcp://127.0.0.1:*',
  maxFrameBytes: 1_000_000,
  onFrame: (peer, frame) => {
    if (!known.has(peer)) server.trust(peer)
    known.add(peer)
    server.send(peer, Buffer.concat([Buffer.from('re '), frame]))
  },
})
const publisher = await door.publish({
  address: 'tcp://127.0.0.1:*',
  onSubscribe: (one) => one.equals(topic),
})
setInterval(() => publisher.send(topic, Buffer.from('published')), 50)

const ports = [await tap(server.address, 'router'), await tap(publisher.address, 'publisher')]
await promisify(execFile)('java', ['-cp', process.argv[2], 'Peers', ...ports.map(String)])
const named = recording.map((one, index) => ({ peer: names[index], ...one }))
writeFileSync(join(import.meta.dirname, 'recording.json'), `${JSON.stringify(named, undefined, 2)}\n`)
process.exit(0)

/** Listens before a socket and notes what its peers send. */
async function tap(address, port) {
  const listener = createServer((peer) => {
    const pieces = []
    recording.push({ port, pieces })
    const socket = connect(Number(address.split(':').at(-1)), '127.0.0.1')
    peer.on('data', (bytes) => pieces.push(bytes.toString('hex')))
    for (const one of [peer, socket]) one.on('error', () => undefined)
    peer.pipe(socket).pipe(peer)
  })
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve))
  return listener.address().port
}

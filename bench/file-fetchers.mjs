// SPDX-License-Identifier: Apache-2.0
// A process of simulated minions that fetch a file. Arguments: first number, how many, the master's return port.
// Says `{ ready }` when all are connected. To `{ fetch: path }` it answers `{ bytes }` when each has fetched the file once, or as much of
// it as came in `seconds`; with `one` a single minion does. It stands for other machines, and so leaves the processor to the master where both want it.
import { setPriority } from 'node:os'
import { freeBytes, parseSaltenv, parseSaltPath } from '@halite/core'
import { pieces, SessionSource } from '@halite/fileserver'
import { sharedVerifier } from '@halite/protocol'
import { SimulatedMinion } from '@halite/testing'

setPriority(10)
const [first, count, retPort] = process.argv.slice(2).map(Number)
const verifier = sharedVerifier()
const base = parseSaltenv('base')
const minions = Array.from({ length: count }, (_, index) => {
  const id = `fetch${String(first + index).padStart(3, '0')}`
  return new SimulatedMinion({ id, host: '127.0.0.1', retPort, verifier })
})
for (const minion of minions) await minion.start()

process.on('message', async ({ fetch, one = false, seconds = Number.POSITIVE_INFINITY }) => {
  const endMs = performance.now() + seconds * 1000
  const fetched = await Promise.all(
    (one ? minions.slice(0, 1) : minions).map((minion) => fetchBy(minion, fetch, endMs)),
  )
  process.send({ bytes: fetched.reduce((sum, bytes) => sum + bytes, 0) })
})
process.send({ ready: true })

const answerMs = 60_000

async function fetchBy(minion, path, endMs) {
  const source = new SessionSource({ ask: (name, load) => minion.request(name, load, answerMs) })
  const file = await source.find({ saltenv: base, path: parseSaltPath(path) })
  let bytes = 0
  for await (const piece of pieces(source, file)) {
    bytes += piece.length
    // A minion hands them to another thread, or frees them likewise.
    freeBytes(piece)
    if (performance.now() > endMs) break
  }
  return bytes
}

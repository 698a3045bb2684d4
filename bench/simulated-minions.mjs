// SPDX-License-Identifier: Apache-2.0
// A process full of simulated minions. Arguments: first number, how many, and the master's return port.
// Says `{ ready }` over the channel of its parent when all of them are connected.
import { sharedVerifier } from '@halite/protocol'
import { SimulatedMinion } from '@halite/testing'

const [first, count, retPort] = process.argv.slice(2).map(Number)
const atOnce = 10
const verifier = sharedVerifier()
let next = first

await Promise.all(Array.from({ length: atOnce }, startInTurn))
process.send({ ready: true })

async function startInTurn() {
  while (next < first + count) {
    const id = `sim${String(next).padStart(5, '0')}`
    next += 1
    await new SimulatedMinion({ id, host: '127.0.0.1', retPort, verifier }).start()
  }
}

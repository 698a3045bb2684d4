// SPDX-License-Identifier: Apache-2.0
// A process full of simulated minions. Arguments: first number, how many, the master's return port, and grains as JSON.
// Says `{ ready }` over the channel of its parent when all of them are connected. Told `{ ask }`, all of them make this request at once;
// it says `{ asked }`, how many were answered, when all have an answer.
import { sharedVerifier } from '@halite/protocol'
import { SimulatedMinion } from '@halite/testing'

const [first, count, retPort] = process.argv.slice(2, 5).map(Number)
const grains = JSON.parse(process.argv[5] ?? '{}')
const atOnce = 10
const verifier = sharedVerifier()
let next = first
const minions = []

await Promise.all(Array.from({ length: atOnce }, startInTurn))
process.send({ ready: true })
process.on('message', async ({ ask }) => {
  const answers = await Promise.all(minions.map((minion) => minion.request(ask, {})))
  process.send({ asked: answers.length })
})

async function startInTurn() {
  while (next < first + count) {
    const id = `sim${String(next).padStart(5, '0')}`
    next += 1
    const minion = new SimulatedMinion({
      id,
      host: '127.0.0.1',
      retPort,
      verifier,
      grains: { ...grains, id },
    })
    minions.push(minion)
    await minion.start()
  }
}

// SPDX-License-Identifier: Apache-2.0
// A program that has just started asks the bare gatherer, one question after the other. Arguments: the socket's path, and
// for how many seconds. Prints when each answer was there, ms since the first question.
import { Dealer } from 'zeromq'

const [path, seconds] = [process.argv[2], Number(process.argv[3])]
const dealer = new Dealer({ linger: 0 })
dealer.connect(`ipc://${path}`)
const answers = []
const startMs = performance.now()
for (let ms = 0; ms < seconds * 1000; ms = performance.now() - startMs) {
  await dealer.send('sync')
  await dealer.receive()
  answers.push(performance.now() - startMs)
}
process.stdout.write(JSON.stringify(answers))
dealer.close()

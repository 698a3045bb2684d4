// SPDX-License-Identifier: Apache-2.0
// Minions reduced to their sockets: a SUB and a DEALER each, which open the publication and answer with a sealed return.
// Arguments: first index, how many, how many there are in all, the publish port and the return port.
import { setTimeout as delay } from 'node:timers/promises'
import { context, Dealer, Subscriber } from 'zeromq'
import { keyOf, open, seal } from './frames.mjs'

const [first, count, all, publish, ret] = process.argv.slice(2).map(Number)
context.maxSockets = 60_000
const group = keyOf(all)
const topic = Buffer.alloc(16, 7)
const answers = Buffer.from([0xc3])

for (let index = first; index < first + count; index += 1) {
  connect(index)
  if (index % 200 === 0) await delay(20)
}

function connect(index) {
  const subscriber = new Subscriber({ linger: 0, receiveHighWaterMark: 0 })
  const dealer = new Dealer({ linger: 0 })
  subscriber.connect(`tcp://127.0.0.1:${publish}`)
  subscriber.subscribe(topic)
  dealer.connect(`tcp://127.0.0.1:${ret}`)
  void serve(subscriber, dealer, { key: keyOf(index), index, counter: 0 })
}

async function serve(subscriber, dealer, sender) {
  await tell(dealer, sender, 'here', {})
  for (;;) {
    const [, frame] = await subscriber.receive()
    const { jid } = open(group, frame)
    await tell(dealer, sender, '_return', { jid, return: answers, retcode: 0, success: true })
  }
}

async function tell(dealer, sender, name, load) {
  sender.counter += 1
  await dealer.send(seal(sender, [sender.counter, name, load]))
}

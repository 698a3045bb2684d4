// SPDX-License-Identifier: Apache-2.0
// A master reduced to its sockets: publishes one sealed frame, opens what comes back, says when all is in.
// Arguments: the number of minions, and the path of the socket on which clients ask.
import { context, Router, XPublisher } from 'zeromq'
import { keyOf, open, seal, senderOf } from './frames.mjs'

const [count, askPath] = [Number(process.argv[2]), process.argv[3]]
context.maxSockets = 60_000
const keys = Array.from({ length: count }, (_, index) => keyOf(index))
const group = keyOf(count)
const topic = Buffer.alloc(16, 7)
const signature = Buffer.alloc(64, 1)
const publisher = new XPublisher({ linger: 0, sendHighWaterMark: 0, verbosity: 'allSubs' })
const returns = new Router({ linger: 0, receiveHighWaterMark: 0, backlog: 1000 })
const asks = new Router({ linger: 0 })
let published = 0
let here = 0
let subscribed = 0
const jobs = new Map()

await publisher.bind('tcp://127.0.0.1:*')
await returns.bind('tcp://127.0.0.1:*')
await asks.bind(`ipc://${askPath}`)
process.send({ publish: portOf(publisher), ret: portOf(returns) })
void subscriptions()
void gather()
void answer()

/** Each question is a scatter; `async` is answered once it is published, anything else when every return is in. */
async function answer() {
  for (;;) {
    const [peer, question] = await asks.receive()
    const how = question.toString()
    const jid = `2026112006200${published + 1}`
    const finish = () => asks.send([peer, 'done'])
    jobs.set(jid, { left: count, finish: how === 'async' ? undefined : finish })
    await publish(jid)
    if (how === 'async') await finish()
  }
}

async function publish(jid) {
  published += 1
  const load = {
    jid,
    fun: 'test.ping',
    arg: [],
    tgt: '*',
    tgt_type: 'glob',
    ret: '',
    user: 'root',
    signature,
  }
  await publisher.send([topic, seal({ key: group, index: count, counter: published }, load)])
}

async function gather() {
  for (;;) {
    const [, frame] = await returns.receive()
    const [, name, load] = open(keys[senderOf(frame)], frame)
    if (name === 'here') here += 1
    else take(load.jid)
    if (name === 'here') tellReady()
  }
}

function take(jid) {
  const job = jobs.get(jid)
  job.left -= 1
  if (job.left > 0) return
  jobs.delete(jid)
  job.finish?.()
}

async function subscriptions() {
  for (;;) {
    await publisher.receive()
    subscribed += 1
    tellReady()
  }
}

/** A minion without its subscription would miss the first publication. */
function tellReady() {
  if (here === count && subscribed === count) process.send({ ready: true })
}

function portOf(socket) {
  return Number(socket.lastEndpoint.slice(socket.lastEndpoint.lastIndexOf(':') + 1))
}

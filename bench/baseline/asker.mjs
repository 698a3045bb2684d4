// SPDX-License-Identifier: Apache-2.0
// The least a command can be that asks over ZeroMQ and prints: connects, sends, waits, writes. Argument: the socket's path.
import { Packr } from 'msgpackr'
import { Dealer } from 'zeromq'

const packr = new Packr({ useRecords: false })
const dealer = new Dealer({ linger: 0 })
dealer.connect(`ipc://${process.argv[2]}`)
await dealer.send('sync')
const [answer] = await dealer.receive()
process.stdout.write(`${JSON.stringify(packr.unpack(packr.pack({ m1: answer.toString() })))}\n`)
dealer.close()

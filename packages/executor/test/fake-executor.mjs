// SPDX-License-Identifier: Apache-2.0
// An executor that does what its job is called: it speaks the messages and has no modules.
import { Packr } from 'msgpackr'

const packr = new Packr({ useRecords: false, variableMapSize: true })

let setups = 0
const parts = []

const jobs = {
  echo: (jid, arg) => done(jid, arg[0]),
  pid: (jid) => done(jid, process.pid),
  /** The parts of the facts that came, one list for each message. */
  parts: (jid) => done(jid, parts),
  setups: (jid) => done(jid, setups),
  later: (jid, arg) => setTimeout(() => done(jid, arg[0]), arg[0]),
  exit: (_jid, arg) => process.exit(arg[0]),
  die: () => process.kill(process.pid, 'SIGSEGV'),
  hang: () => setInterval(() => undefined, 1000),
  loop: () => {
    for (;;);
  },
  /** Cleans up for as long as it is told when it is aborted, and returns; for ever without a number. */
  tidy: (jid, arg) => {
    hooks.cancel = (message) => {
      send({ type: 'cancelling' })
      if (arg[0] !== undefined) setTimeout(() => done(jid, `tidied after ${message.signal}`), arg[0])
    }
  },
  /** Answers for somebody else first, and twice for itself. */
  confuse: (jid) => {
    done('20200101000000000000', 'wrong')
    done(jid, 'right')
    done(jid, 'late')
  },
  /** Sends what is no message before it returns. */
  babble: (jid) => {
    process.send({ type: 'done', jid })
    process.send(Buffer.from([0xc1]))
    send({ type: 'done', jid: '../../etc/passwd' })
    send({ type: 'constructor' })
    send([])
    done(jid, 'sense')
  },
  /** Sends what is no message without end. */
  flood: () => {
    setInterval(() => {
      for (let round = 0; round < 50; round += 1) process.send(Buffer.from([0xc1]))
    }, 1)
  },
  /** Returns, and ends a moment later, when it is the spare. */
  leave: (jid) => {
    done(jid, process.pid)
    setTimeout(() => process.exit(0), 10)
  },
}

const hooks = { cancel: () => undefined }

function send(message) {
  process.send(packr.pack(message))
}

function done(jid, value) {
  send({ type: 'done', jid, return: packr.pack(value), retcode: 0, success: true })
}

process.on('message', (bytes) => {
  const message = packr.unpack(bytes)
  if (message.type === 'cancel') hooks.cancel(message)
  else if (message.type === 'setup') {
    setups += 1
    parts.push(Object.keys(message.parts))
  } else jobs[message.fun](message.jid, message.arg)
})
process.on('disconnect', () => process.exit(0))
send({ type: 'ready' })

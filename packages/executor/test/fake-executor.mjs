// SPDX-License-Identifier: Apache-2.0
// An executor that does what its job is called: it speaks the messages and has no modules.
import { Packr } from 'msgpackr'

const packr = new Packr({ useRecords: false })

let setups = 0

const jobs = {
  echo: (jid, arg) => done(jid, arg[0]),
  pid: (jid) => done(jid, process.pid),
  setups: (jid) => done(jid, setups),
  later: (jid, arg) => setTimeout(() => done(jid, arg[0]), arg[0]),
  exit: (_jid, arg) => process.exit(arg[0]),
  die: () => process.kill(process.pid, 'SIGSEGV'),
  hang: () => setInterval(() => undefined, 1000),
  loop: () => {
    for (;;);
  },
  /** Answers for somebody else first, and twice for itself. */
  confuse: (jid) => {
    done('20200101000000000000', 'wrong')
    done(jid, 'right')
    done(jid, 'late')
  },
  /** Returns, and ends a moment later, when it is the spare. */
  leave: (jid) => {
    done(jid, process.pid)
    setTimeout(() => process.exit(0), 10)
  },
}

function done(jid, value) {
  process.send({ type: 'done', jid, return: packr.pack(value), retcode: 0, success: true, out: undefined })
}

process.on('message', (message) => {
  if (message.type === 'setup') setups += 1
  else jobs[message.fun](message.jid, message.arg)
})
process.on('disconnect', () => process.exit(0))
process.send({ type: 'ready' })

// SPDX-License-Identifier: Apache-2.0
import { allowCoreDumps, descendantsOf, type EndingSignal, killTree, messageOf } from '@halite/core'
import type { Manifest } from '@halite/loader'
import { Asker } from './asks.ts'
import { ipcChannel, type MessageChannel, streamChannel } from './channel.ts'
import { JobHost } from './job-host.ts'
import {
  decodeToExecutor,
  encodeMessage,
  type FromExecutor,
  maxMessageBytes,
  orphanGraceMs,
  type ToExecutor,
} from './messages.ts'
import { visit } from './site/visit-here.ts'

// A process that runs jobs, one at a time. It ends with its daemon: when the channel closes, there is nobody left to answer
// to. One that is blocked then is killed from outside, by its daemon's `OrphanGuard`. Its daemon speaks to it over the IPC of Node; without one, over its standard input and output.

allowCoreDumps()
const manifest: Promise<{ readonly manifest: Manifest }> = import(process.argv[2] ?? '')
const channel = openChannel()
const asker = new Asker(send)
const host = new JobHost({ manifest, asker, send })

process.on('SIGTERM', () => void stop('SIGTERM', 'the executor of the job was told to end'))
send({ type: 'ready' })

function receive(message: ToExecutor): void {
  if (message.type === 'setup') host.setup(message)
  else if (message.type === 'answer') asker.receive(message)
  else if (message.type === 'ping') send({ type: 'pong' })
  else if (message.type === 'cancel') cancel(message.signal, message.text)
  else if (message.type === 'visit') void host.visiting().then((context) => visit(message, context, answer))
  else void host.run(message)
}

function cancel(signal: EndingSignal, text: string): void {
  send({ type: 'cancelling' })
  host.abort(signal, text)
}

/** Aborts the job, if there is one, gives it time to clean up, and ends with all that it started. */
async function stop(signal: EndingSignal, text: string): Promise<never> {
  if (host.isBusy) {
    host.abort(signal, text)
    await Promise.race([host.idle(), new Promise((resolve) => setTimeout(resolve, orphanGraceMs))])
    for (const pid of descendantsOf(process.pid)) killTree(pid, 'SIGKILL')
  }
  host.close()
  process.exit(0)
}

function openChannel(): MessageChannel {
  const events = {
    onMessage: (bytes: Uint8Array) => receive(decodeToExecutor(bytes)),
    onClose: () => void stop('SIGKILL', 'the daemon of the job is gone'),
  }
  if (process.send !== undefined) return ipcChannel(process, events)
  const write = process.stdout.write.bind(process.stdout)
  // What a module prints must not end up between the messages.
  process.stdout.write = process.stderr.write.bind(process.stderr)
  const output = {
    write,
    end: () => undefined,
    on: process.stdout.on.bind(process.stdout),
  }
  return streamChannel({ input: process.stdin, output, maxBytes: Number.MAX_SAFE_INTEGER }, events)
}

function send(message: FromExecutor): void {
  channel.send(encodeMessage(message))
}

/** Resolves when the answer of a visit has left this process: the next module may end it. */
function answer(message: FromExecutor): Promise<void> {
  return new Promise((resolve) => channel.send(encoded(message), resolve))
}

function encoded(message: FromExecutor): Buffer {
  try {
    const bytes = encodeMessage(message)
    if (bytes.length <= maxMessageBytes) return bytes
    return encodeMessage({ type: 'visited', problem: `what it gives is too large: ${bytes.length} bytes` })
  } catch (error) {
    return encodeMessage({ type: 'visited', problem: `what it gives cannot be sent: ${messageOf(error)}` })
  }
}

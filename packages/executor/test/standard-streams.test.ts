// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pack, parseJid, parseMinionId, unpack } from '@halite/core'
import { executorFiles, removeTemporaryDirectory, temporaryDirectory, until } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type MessageChannel, streamChannel } from '../src/channel.ts'
import { decodeFromExecutor, encodeMessage, type FromExecutor, type ToExecutor } from '../src/messages.ts'

/* The executor without Node's IPC, as a program on another machine would start it: messages on its standard streams. */

const maxBytes = 8 * 1024 * 1024
const jid = parseJid('20260102030405000000')

let directory: string
let child: ChildProcess
let channel: MessageChannel
let received: FromExecutor[]

beforeEach(async () => {
  directory = temporaryDirectory('streams')
  received = []
  const { executor, manifest } = executorFiles()
  const started = spawn(process.execPath, [executor, manifest], { stdio: ['pipe', 'pipe', 'pipe'] })
  child = started
  channel = streamChannel(
    { input: started.stdout, output: started.stdin, maxBytes },
    { onMessage: (bytes) => received.push(decodeFromExecutor(bytes)), onClose: () => undefined },
  )
  await arrived('ready')
  send({
    type: 'setup',
    id: parseMinionId('m1'),
    parts: { options: pack({ cachedir: directory }), grains: pack({}), pillar: pack({}), site: pack([]) },
    returnLimits: { maxBytes, maxDepth: 64, maxValues: 10_000 },
  })
})
afterEach(() => {
  child.kill('SIGKILL')
  removeTemporaryDirectory(directory)
})

function send(message: ToExecutor): void {
  channel.send(encodeMessage(message))
}

function run(fun: string, ...arg: readonly unknown[]): void {
  const from = { user: 'root', tgt: 'm1', tgtType: 'glob', ret: '' }
  send({ type: 'run', kind: 'execution', jid, fun, arg, ...from })
}

async function arrived<T extends FromExecutor['type']>(type: T): Promise<Extract<FromExecutor, { type: T }>> {
  const isWanted = (message: FromExecutor) => message.type === type
  return (await until(`a message ${type}`, () => received.find(isWanted))) as never
}

async function returned(): Promise<unknown> {
  const { return: packed, retcode } = await arrived('done')
  received = []
  return { value: unpack(packed), retcode }
}

describe('an executor on its standard streams', () => {
  test('runs jobs one after the other', async () => {
    run('test.ping')
    expect(await returned()).toEqual({ value: true, retcode: 0 })
    run('cmd.run', 'echo hello')
    expect(await returned()).toEqual({ value: 'hello', retcode: 0 })
  })

  test('asks, and goes on with the answer', async () => {
    run('saltutil.running')
    const { seq, name } = await arrived('ask')
    expect(name).toBe('daemon.runningJobs')
    send({ type: 'answer', seq, value: [] })
    expect(await returned()).toEqual({ value: [], retcode: 0 })
  })

  test('aborts a job', async () => {
    const path = join(directory, 'child')
    run('cmd.run', `echo $$ > ${path}; sleep 1000`)
    await until('the program runs', () => existsSync(path))
    send({ type: 'cancel', signal: 'SIGKILL', text: 'ended by a test' })
    await arrived('cancelling')
    expect(await returned()).toMatchObject({ retcode: 1 })
  })

  test('keeps its messages apart from what a module prints', async () => {
    const site = join(directory, 'site')
    mkdirSync(join(site, 'modules'), { recursive: true })
    const text = `export default ({ defineModule, fn }) => defineModule({
      name: 'loud', doc: 'Loud.',
      functions: { print: fn({ doc: 'Prints.', run: () => { console.log('x'.repeat(100)); return 'said' } }) },
    })`
    writeFileSync(join(site, 'modules/loud.mjs'), text)
    const facts = { name: 'loud', functions: ['print'] }
    const module = {
      kind: 'execution',
      file: 'loud',
      path: join(site, 'modules/loud.mjs'),
      snapshot: site,
      facts,
    }
    send({
      type: 'setup',
      id: parseMinionId('m1'),
      parts: { site: pack([[{ ...module, copy: 'modules/loud.mjs' }]]) },
      returnLimits: { maxBytes, maxDepth: 64, maxValues: 10_000 },
    })
    run('loud.print')
    expect(await returned()).toEqual({ value: 'said', retcode: 0 })
  })

  test('ends when its input does', async () => {
    channel.close()
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  })
})

// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { loadIdentity, loadOptions, parseMinionId, silentLog, systemClock, unpack } from '@halite/core'
import { Minion } from '@halite/minion'
import { manifest } from '@halite/modules'
import { type JobReturn, loads } from '@halite/protocol'
import { executorFiles, removeTemporaryDirectory, temporaryDirectory, until } from '@halite/testing'
import {
  EpochPublisher,
  type Handler,
  MemoryTransport,
  MinionAdmission,
  minionHandler,
  type Session,
  SessionServer,
} from '@halite/transport'
import { expect, test } from 'vitest'

/* A master of a later version says more than this minion knows: in its replies, its pushes and its jobs. */

const later = { later_text: 'x', later_flag: true, later_map: { with: ['anything', 1, null] } }
const ignored = () => undefined

interface LaterMaster extends AsyncDisposable {
  readonly publisher: EpochPublisher
  readonly returns: JobReturn[]
  /** Whether the minion confirmed that it receives publications. */
  readonly confirmed: () => boolean
  readonly push: (name: string, load: unknown) => void
}

async function laterMaster(transport: MemoryTransport, directory: string): Promise<LaterMaster> {
  const { privateKey, publicRaw } = loadIdentity(join(directory, 'master_ed25519'))
  const returns: JobReturn[] = []
  const confirmed: Session[] = []
  const publisher: EpochPublisher = new EpochPublisher({
    transport,
    address: 'tcp://127.0.0.1:4505',
    identity: privateKey,
    log: silentLog,
    onPath: (session, open) => open && publisher.probe(session),
  })
  const open = (session: Session) => ({
    publishPort: 4505,
    topic: publisher.topicOf(session),
    epoch: { ...publisher.grant, ...later },
    heartbeat: 15,
    masterId: 'later',
    ...later,
  })
  const server = new SessionServer({
    transport,
    address: 'tcp://127.0.0.1:4506',
    clock: systemClock,
    log: silentLog,
    admission: new MinionAdmission({
      identity: privateKey,
      publicRaw,
      policy: { isAccepted: () => true, decide: () => 'accepted' },
      clock: systemClock,
      log: silentLog,
      software: '9.9.9',
    }),
    handlers: new Map<string, Handler>([
      ['_open', minionHandler(loads.openSchema, open)],
      ['_pillar', minionHandler(loads.pillarSchema, () => ({ pillar: { role: 'web' }, ...later }))],
      ['_confirm', minionHandler(loads.confirmSchema, (session) => confirmed.push(session) > 0)],
      ['_return', minionHandler(loads.returnSchema, (_session, ret) => returns.push(ret) > 0)],
      ['_started', minionHandler(loads.startedSchema, ignored)],
      ['_grains', minionHandler(loads.grainsSchema, ignored)],
      ['_bye', minionHandler(loads.emptySchema, ignored)],
    ]),
  })
  await publisher.start()
  await server.start()
  return {
    publisher,
    returns,
    confirmed: () => confirmed.length > 0,
    push: (name, load) => {
      for (const session of confirmed.slice(0, 1)) server.push(session, name, load)
    },
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await publisher.close()
    },
  }
}

test('a job with fields of a later version runs, by publication and by push', async () => {
  const directory = temporaryDirectory('later')
  const transport = new MemoryTransport()
  const overrides = { root_dir: directory, id: 'm1', master: '127.0.0.1' }
  const { options } = loadOptions('minion', { configDir: join(directory, 'etc'), overrides })
  const master = await laterMaster(transport, directory)
  const minion = new Minion({ id: parseMinionId('m1'), options, manifest, files: executorFiles(), transport })
  try {
    await minion.start()
    await until('the minion hears publications', () => master.confirmed())
    const job = {
      fun: 'pillar.get',
      arg: ['role'],
      tgt: '*',
      tgt_type: 'glob',
      ret: '',
      user: 'root',
      ...later,
    }
    master.publisher.publishJob({ ...job, jid: '20261120045348714672' })
    await until('the published job returned', () => master.returns.length === 1)
    master.push('epoch', { ...master.publisher.grant, ...later })
    master.push('later_push', later)
    master.push('job', { ...job, jid: '20261120045348714673' })
    await until('the pushed job returned', () => master.returns.length === 2)
    expect(master.returns.map(({ return: value, success }) => [unpack(value), success])).toEqual([
      ['web', true],
      ['web', true],
    ])
  } finally {
    await minion.close()
    await master[Symbol.asyncDispose]()
    removeTemporaryDirectory(directory)
  }
})

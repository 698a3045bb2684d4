// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { LocalClient } from '@halite/client'
import { loadOptions, type MasterOptions, type MinionOptions, parseMinionId } from '@halite/core'
import { Master } from '@halite/master'
import { Minion } from '@halite/minion'
import { Caller } from '@halite/minion/caller'
import { manifest } from '@halite/modules'
import {
  executorFiles,
  freePorts,
  removeTemporaryDirectory,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

/* A master is its key: not its place in the option master, and not its address. */

let directory: string
const masters: Master[] = []
const options: MasterOptions[] = []

beforeAll(async () => {
  directory = temporaryDirectory('masters')
  const ports = await freePorts(4)
  for (const index of [0, 1]) {
    const root = join(directory, `master${index}`)
    const [publish_port, ret_port] = ports.slice(index * 2)
    const overrides = { root_dir: root, interface: '127.0.0.1', publish_port, ret_port, auto_accept: true }
    options.push(loadOptions('master', { configDir: join(root, 'etc'), overrides }).options)
  }
  for (const each of options) await start(each)
})
afterAll(async () => {
  for (const master of masters) await master.close()
  removeTemporaryDirectory(directory)
})

async function start(own: MasterOptions): Promise<Master> {
  const master = new Master({ options: own, manifest, files: executorFiles() })
  masters.push(master)
  await master.start()
  return master
}

const first = () => options[0] as MasterOptions
const second = () => options[1] as MasterOptions
const addressOf = ({ ret_port }: MasterOptions) => `127.0.0.1:${ret_port}`

function minionOptions(...of: MasterOptions[]): MinionOptions {
  const root = join(directory, 'm1')
  const overrides = { root_dir: root, id: 'm1', master: of.map(addressOf) }
  return loadOptions('minion', { configDir: join(root, 'etc'), overrides }).options
}

const files = executorFiles()
const id = parseMinionId('m1')

async function withMinion<T>(
  own: MinionOptions,
  work: (states: Map<string, string>) => Promise<T>,
): Promise<T> {
  const states = new Map<string, string>()
  const onState = (name: string, state: string) => states.set(name, state)
  await using minion = new Minion({ id, options: own, manifest, files, onState })
  await minion.start()
  return await work(states)
}

async function cmd(own: MasterOptions, fun: string): Promise<unknown> {
  await using client = new LocalClient({ options: own })
  return await client.cmd('m1', fun)
}

test('masters keep their pins when the list is turned round, and both are served', async () => {
  for (const order of [
    [first(), second()],
    [second(), first()],
  ] as const) {
    await withMinion(minionOptions(...order), async (states) => {
      for (const own of order) await until('it is up', () => states.get(addressOf(own)) === 'up')
      for (const own of order) expect(await cmd(own, 'test.ping')).toEqual({ m1: true })
    })
  }
})

test('a return that its master could not take finds it by its key, at another address', async () => {
  const jid = await withMinion(minionOptions(first(), second()), async (states) => {
    await until('it is up', () => states.get(addressOf(second())) === 'up')
    await using client = new LocalClient({ options: second() })
    const sent = await client.cmdAsync('m1', 'cmd.run', ['sleep 1; echo done'])
    await until(
      'the job begins',
      async () => ((await cmd(first(), 'saltutil.running')) as { m1: [] }).m1.length > 0,
    )
    await masters[1]?.close()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return sent ?? ''
  })
  const [publish_port = 0, ret_port = 0] = await freePorts(2)
  const moved = { ...second(), publish_port, ret_port }
  options[1] = moved
  await start(moved)
  await withMinion(minionOptions(moved, first()), async () => {
    await using client = new LocalClient({ options: moved })
    const returns = await until('the return came', async () => {
      const found = await client.getCacheReturns(jid)
      return 'm1' in found && found
    })
    expect(returns).toMatchObject({ m1: { ret: 'done', retcode: 0 } })
  })
})

test('a call that its master did not acknowledge is reported by the daemon', async () => {
  const own = minionOptions(first())
  const caller = new Caller({ id, options: own, manifest, files, local: false, user: 'root' })
  await caller.connect(15_000)
  await masters[0]?.close()
  const { jid } = await caller.call('test.echo', ['from a call'])
  await caller.close()
  const master = await start(first())
  const told: unknown[] = []
  const owner = {}
  master.events.subscribe(owner, 'salt/job/', (events) => told.push(...events.map(({ data }) => data)))
  await withMinion(own, async () => {
    await until(
      'the call is reported',
      () => told.some((data) => JSON.stringify(data).includes('test.echo')),
      30_000,
    )
  })
  master.events.forget(owner)
  expect(jid).toMatch(/^\d{20}/)
}, 60_000)

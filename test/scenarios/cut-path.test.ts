// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LocalClient } from '@halite/client'
import { dumpYaml, loadOptions, parseJid } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory, toolPath, until } from '@halite/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Cable, whyNoCable } from './cable.ts'

/** A path that came back has to carry jobs again within this time. */
const backWithinMs = 10_000
/** A heartbeat, five seconds until who is silent is asked, and the time to answer. */
const missedWithinMs = 30_000

let directory: string
let cable: Cable
let client: LocalClient

beforeEach(async (ctx) => {
  const reason = whyNoCable()
  ctx.skip(reason !== undefined, reason)
  directory = temporaryDirectory('cut')
  cable = await Cable.lay()
  const master = configure('master', { interface: cable.address('near'), auto_accept: true })
  const minion = configure('minion', { id: 'm1', master: cable.address('near') })
  cable.start('near', [process.execPath, toolPath('salt-master'), '-c', master])
  await until('the master is up', () => connected(master))
  cable.start('far', [process.execPath, toolPath('salt-minion'), '-c', minion])
  await until('m1 answers', answers, 20_000)
}, 60_000)

afterEach(async () => {
  await client?.close()
  await cable?.close()
  if (directory !== undefined) removeTemporaryDirectory(directory)
})

/** The configuration directory of a daemon whose files are in a directory of its own. */
function configure(daemon: 'master' | 'minion', options: Readonly<Record<string, unknown>>): string {
  const root = join(directory, daemon)
  const configDir = join(root, 'etc')
  mkdirSync(configDir, { recursive: true })
  writeFileSync(
    join(configDir, daemon),
    dumpYaml({ root_dir: root, sock_dir: join(root, 'run'), ...options }),
  )
  return configDir
}

async function connected(configDir: string): Promise<boolean> {
  const { options } = loadOptions('master', { configDir })
  client = new LocalClient({ options })
  const status = await client.connection.request('status', {}).catch(() => undefined)
  if (status === undefined) await client.close()
  return status !== undefined
}

async function answers(): Promise<boolean> {
  return (await client.cmd('m1', 'test.ping', [], { timeout: 1 }))['m1'] === true
}

async function minionsConnected(): Promise<unknown> {
  return ((await client.connection.request('status', {})) as { minions: unknown }).minions
}

it.each([3, 20])(
  'a minion behind a cable that was cut for %i s is back soon after it is mended',
  async (seconds) => {
    cable.cut()
    await delay(seconds * 1000)
    cable.mend()
    const mendedMs = performance.now()
    await until('m1 answers', answers, 30_000)
    expect(performance.now() - mendedMs).toBeLessThan(backWithinMs)
  },
  90_000,
)

it('the master misses a minion whose cable was cut, and a return made meanwhile is stored once', async () => {
  const jid = await client.cmdAsync('m1', 'cmd.run', ['sleep 1; echo done'])
  await delay(500)
  cable.cut()
  await until('the minion is missed', async () => (await minionsConnected()) === 0, missedWithinMs)
  cable.mend()
  const returns = () => client.connection.request('job_returns', { jid: parseJid(jid ?? '') })
  await until('the return is stored', async () => ((await returns()) as unknown[]).length > 0, 30_000)
  await until('m1 answers', answers, 30_000)
  expect(await returns()).toHaveLength(1)
}, 90_000)

// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { WheelClient } from '@halite/client'
import { loadIdentity } from '@halite/core'
import { type CapturedLog, type Cluster, captureLog, startCluster, until } from '@halite/testing'
import { afterEach, expect, test } from 'vitest'

let cluster: Cluster | undefined
let captured: CapturedLog

afterEach(async () => {
  await cluster?.close()
  cluster = undefined
})

async function start(options: Omit<Parameters<typeof startCluster>[0], 'log'>): Promise<Cluster> {
  captured = captureLog()
  cluster = await startCluster({ ...options, log: captured.log })
  return cluster
}

/** The key directories of the master, as its files say. */
function keysOf({ master }: Cluster) {
  return master.keys.listAll()
}

test('auto_accept: a new minion works at once', async () => {
  const made = await start({ minions: 1, accept: false, master: { auto_accept: true } })
  await made.waitConnected()
  expect(await made.client.cmd('*', 'test.ping')).toEqual({ m1: true })
})

test('accepting a key makes its minion connect within two seconds', async () => {
  const made = await start({ minions: 3, accept: false })
  await until('three keys wait', () => keysOf(made)['minions_pre']?.length === 3)
  made.master.keys.accept('*')
  await made.waitConnected(['m1', 'm2', 'm3'], 2000)
})

test('the right master_finger connects, a wrong one refuses with what was seen and what to compare', async () => {
  const made = await start({ minions: 0 })
  await made.addMinion('good', { master_finger: made.master.fingerprint })
  const wrong = made.master.fingerprint.replace(/^../, made.master.fingerprint.startsWith('00') ? '11' : '00')
  const bad = made.addMinion('bad', { master_finger: wrong })
  await bad.catch(() => undefined)
  expect(made.state('bad')).toBe('refused')
  const line = captured.find('master refused')
  expect(line?.level).toBe('critical')
  expect(String(line?.fields['reason'])).toContain(made.master.fingerprint)
  expect(String(line?.fields['reason'])).toContain(wrong)
  expect(String(line?.fields['hint'])).toContain('salt-key -F master')
  expect(await made.client.cmd('*', 'test.ping', [], { timeout: 2 })).toEqual({ good: true })
})

test('a second key for a known id is denied, and the accepted one keeps working', async () => {
  const made = await start({ minions: ['web1'] })
  const impostor = await made.addImpostor('web1')
  await expect(impostor.refused).rejects.toMatchObject({
    code: 'KEY_DENIED',
    hint: expect.stringContaining('salt-key -d web1'),
  })
  expect(keysOf(made)).toMatchObject({ minions: ['web1'], minions_denied: ['web1'] })
  expect(await made.client.cmd('web1', 'grains.get', ['id'])).toEqual({ web1: 'web1' })
  expect(made.state('web1')).toBe('up')
})

test('a master with another key is refused, and the remedy names the file', async () => {
  const made = await start({ minions: ['web1'] })
  const { pki_dir } = made.minionOptions('web1')
  const pinned = join(pki_dir, 'minion_master_ed25519.pub')
  const before = readFileSync(pinned, 'utf8')
  const own = join(made.masterOptions.pki_dir, 'master_ed25519')
  await made.restartMaster(() => {
    for (const ending of ['pem', 'pub']) renameSync(`${own}.${ending}`, `${own}.old.${ending}`)
    loadIdentity(own)
  })
  await until('web1 refuses the master', () => made.state('web1') === 'refused')
  const line = captured.find('master refused')
  expect(String(line?.fields['reason'])).toContain('another key')
  expect(String(line?.fields['hint'])).toContain(pinned)
  expect(readFileSync(pinned, 'utf8')).toBe(before)

  rmSync(pinned)
  await made.restartMinion('web1')
  await made.waitConnected()
  expect(await made.client.cmd('web1', 'test.ping')).toEqual({ web1: true })
})

test('deleting a key ends the session: no further job, and the minion waits as pending again', async () => {
  const made = await start({ minions: ['web1', 'web2'] })
  await made.waitConfirmed()
  made.master.keys.delete('web1')
  expect(made.master.status()['minions']).toBe(1)
  expect(await made.client.cmd('*', 'test.ping')).toEqual({ web2: true })
  await until('web1 shows its key again', () => keysOf(made)['minions_pre']?.includes('web1'))
  await until('web1 waits for acceptance', () => made.state('web1') === 'pending')
  made.master.keys.accept('web1')
  await made.waitConnected(['web1'], 2000)
  expect(await made.client.cmd('*', 'test.ping')).toEqual({ web1: true, web2: true })
})

test('preserve_minions keeps what the master has of a minion whose key is deleted', async () => {
  const made = await start({ minions: ['web1', 'web2'] })
  await made.waitConfirmed()
  const wheel = new WheelClient({ options: made.masterOptions })
  await wheel.cmd('key.delete', ['web1'], { preserve_minions: true })
  await wheel.cmd('key.delete', ['web2'])
  await wheel.close()
  let kept: string[] = []
  await made.restartMaster(() => {
    kept = readdirSync(join(made.masterOptions.cachedir, 'minions'))
  })
  expect(kept.map((name) => name.replace(/\..*/, ''))).toEqual(['web1'])
})

test('rejecting an accepted key ends the session permanently', async () => {
  const made = await start({ minions: ['web1', 'web2'] })
  const refused = expect(made.minion('web1').refused).rejects.toMatchObject({
    code: 'KEY_REJECTED',
    hint: expect.stringContaining('salt-key -d web1'),
  })
  made.master.keys.reject('web1', { includeAccepted: true })
  expect(await made.client.cmd('*', 'test.ping')).toEqual({ web2: true })
  await refused
  expect(keysOf(made)).toMatchObject({ minions: ['web2'], minions_rejected: ['web1'] })
})

test('a minion that was rejected and keeps trying is let in once its key is accepted', async () => {
  const made = await start({ minions: ['web1'], minion: { rejected_retry: true, acceptance_wait_time: 1 } })
  made.master.keys.reject('web1', { includeAccepted: true })
  await until('web1 was told', () => made.state('web1') === 'refused')
  made.master.keys.accept('web1', { includeRejected: true })
  await made.waitConnected(['web1'], 5000)
})

test('a key directory that cannot be read is logged, and nobody loses the connection for it', async () => {
  const made = await start({ minions: ['web1'] })
  await made.waitConfirmed()
  const directory = join(made.masterOptions.pki_dir, 'minions')
  renameSync(directory, `${directory}.away`)
  await until('the master looked', () => captured.find('keys could not be read again') !== undefined)
  renameSync(`${directory}.away`, directory)
  expect(await made.client.cmd('*', 'test.ping')).toEqual({ web1: true })
})

test('a master that closes has written the grains of every minion', async () => {
  const made = await start({ minions: ['web1', 'web2'] })
  const { cachedir } = made.masterOptions
  await made.restartMaster(() => {
    for (const id of ['web1', 'web2']) expect(readdirSync(join(cachedir, 'minions', id))).toEqual(['data.p'])
  })
})

test('a key file that was moved by hand counts as accepted', async () => {
  const made = await start({ minions: ['web1'], accept: false })
  await until('the key waits', () => keysOf(made)['minions_pre']?.includes('web1'))
  const { pki_dir } = made.masterOptions
  mkdirSync(join(pki_dir, 'minions'), { recursive: true })
  renameSync(join(pki_dir, 'minions_pre', 'web1'), join(pki_dir, 'minions', 'web1'))
  await made.waitConnected(['web1'], 12_000)
})

test('keys that are pending take no more than their share', async () => {
  const made = await start({ minions: 3, accept: false, master: { max_pending_keys: 2 } })
  const ids = ['m1', 'm2', 'm3']
  await until('two are taken and one is turned away', () => {
    const states = ids.map((id) => made.state(id)).sort()
    return states.join() === 'pending,pending,refused'
  })
  expect(keysOf(made)['minions_pre']).toHaveLength(2)
  expect(captured.lines.some(({ fields }) => String(fields['reason']).includes('takes no more keys'))).toBe(
    true,
  )
})

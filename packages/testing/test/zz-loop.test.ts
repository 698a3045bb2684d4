// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest'
import { startProcesses } from '../src/index.ts'
test('loop', { timeout: 120_000 }, async () => {
  await using cluster = await startProcesses({ minions: ['a', 'b', 'c'] })
  await cluster.acceptAll()
  console.log(await cluster.run('salt-call', '--local', 'key.finger'))
  const x = await cluster.run('salt', 'a', 'test.echo', 'kept', '--async')
  const jid = x.stdout.trim().split(' ').at(-1) ?? ''
  await new Promise((r) => setTimeout(r, 1000))
  console.log(x, jid, await cluster.run('salt-run', 'jobs.lookup_jid', jid, '--out', 'json'))
  console.log(x, jid, await cluster.run('salt-run', 'jobs.lookup_jid', jid))
  cluster.minion('b').kill('SIGKILL')
  console.log(await cluster.run('salt', '*', 'test.ping', '-t', '3'), cluster.master.output())
  console.log(await cluster.run('salt-run', 'manage.down', '--out', 'json'))
  console.log(cluster.master.log().slice(-3000))
})

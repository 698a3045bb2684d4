// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest'
import { startProcesses } from '../src/index.ts'
test('loop', { timeout: 120_000 }, async () => {
  await using cluster = await startProcesses({ minions: ['a', 'b', 'c'] })
  await cluster.acceptAll()
  for (let n = 0; n < 60; n += 1) {
    const r = await cluster.run('salt', '*', 'test.ping', '--static', '--out', 'json')
    if (r.code !== 0 || r.ms > 1000) console.log(n, r)
  }
  console.log(cluster.master.log().slice(-3000))
})

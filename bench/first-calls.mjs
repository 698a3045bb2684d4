// SPDX-License-Identifier: Apache-2.0
// A program that has just started calls minions, one call after the other. Arguments: the master's configuration, and for how
// many seconds. Prints when each answer was there, ms since the first call, which makes the session.
import { LocalClient } from '@halite/client'

const [configDir, seconds] = [process.argv[2], Number(process.argv[3])]
const client = new LocalClient({ configDir })
const answers = []
const startMs = performance.now()
for (let ms = 0; ms < seconds * 1000; ms = performance.now() - startMs) {
  await client.cmd('*', 'test.ping')
  answers.push(performance.now() - startMs)
}
process.stdout.write(JSON.stringify(answers))
await client.close()

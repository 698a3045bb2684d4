// SPDX-License-Identifier: Apache-2.0
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { type MessagePortLike, PillarHost } from './pillar-host.ts'
import type { WorkerSetup } from './worker-messages.ts'

/* The entry of a thread that compiles pillar: what templates and external pillars take holds up nobody else. */

/** Behind the loop of the master, which others wait for. */
const niceness = 5

try {
  // On Linux this is the priority of the calling thread alone, elsewhere that of the process.
  if (process.platform === 'linux') setPriority(0, niceness)
} catch {
  // Without it a busy machine answers others later, and that is all.
}

// Handed over by `PillarThreads`, which talks to this thread alone.
if (parentPort !== null) new PillarHost(workerData as WorkerSetup, parentPort as MessagePortLike).listen()

// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads'
import { answerCall, type ReaderCall } from './reader-calls.ts'
import { type RootsOptions, RootsReader } from './roots-reader.ts'

/* The entry of a thread that reads directories: what may take long, or hang on a disk of the network, holds up nobody else. */

// Handed over by `ReaderThread`, which has the options of a daemon.
const reader = new RootsReader(workerData as RootsOptions)

parentPort?.on('message', (call: ReaderCall) => parentPort?.postMessage(answerCall(reader, call)))

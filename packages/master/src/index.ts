// SPDX-License-Identifier: Apache-2.0

/** The master: keys, sessions, publishing, the job store, and what local clients may ask. */
export { EventBus } from './events.ts'
export { JobStore } from './jobs/job-store.ts'
export { type KeyChange, KeyStore, openKeyStore } from './keys/key-store.ts'
export { Master } from './master.ts'
export type { MasterInit } from './master-init.ts'

// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import { MemoryTransport } from '@halite/transport'
import { transportCompliance } from '../../../testing/src/transport-compliance.ts'

transportCompliance(
  'memory',
  () => new MemoryTransport(),
  async () => `memory://${randomUUID()}`,
)

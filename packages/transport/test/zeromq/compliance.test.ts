// SPDX-License-Identifier: Apache-2.0
import { zeromqTransport } from '@halite/transport'
import { freePorts } from '../../../testing/src/free-ports.ts'
import { transportCompliance } from '../../../testing/src/transport-compliance.ts'

transportCompliance(
  'zeromq',
  () => zeromqTransport,
  async () => `tcp://127.0.0.1:${(await freePorts(1))[0]}`,
)

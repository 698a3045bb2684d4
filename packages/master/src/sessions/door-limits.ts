// SPDX-License-Identifier: Apache-2.0
import type { MasterOptions } from '@halite/core'
import type { DoorLimits, WorkLimits } from '@halite/transport'
import type { OpenFiles } from './open-files.ts'

/** Limits for the network, from the options. */
export function networkDoorLimits(options: MasterOptions, openFiles: OpenFiles): DoorLimits {
  return {
    connections: () => {
      const fitting = openFiles.forConnections()
      return options.max_connections > 0 ? Math.min(options.max_connections, fitting) : fitting
    },
    connectionsPerAddress: options.max_connections_per_address,
    unproven: options.max_unproven_connections,
    unprovenPerAddress: options.max_unproven_connections_per_address,
    unprovenMs: options.unproven_connection_timeout * 1000,
    waitingBytes: options.max_waiting_bytes,
    unfinishedBytes: options.max_unfinished_bytes,
  }
}

/**
 * Limits for local clients, from the reserved open files. A slow client that follows all events of a large fleet needs a longer
 * queue than any minion.
 */
export function localDoorLimits(openFiles: OpenFiles): DoorLimits {
  return {
    connections: () => openFiles.forLocalClients(),
    connectionsPerAddress: Number.POSITIVE_INFINITY,
    unproven: 64,
    unprovenPerAddress: 64,
    unprovenMs: 30_000,
    waitingBytes: 256 * 1024 * 1024,
    unfinishedBytes: 512 * 1024 * 1024,
  }
}

/** How much work one session of a minion may cause, and how large its requests may be. */
export function sessionLimits(options: MasterOptions): {
  readonly maxRequestBytes: number
  readonly work: WorkLimits
} {
  const { max_event_size, session_bytes_per_second, session_work_per_second } = options
  return {
    maxRequestBytes: max_event_size,
    work: { bytesPerSecond: session_bytes_per_second, msPerSecond: session_work_per_second },
  }
}

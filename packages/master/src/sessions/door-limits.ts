// SPDX-License-Identifier: Apache-2.0
import type { MasterOptions } from '@halite/core'
import type { DoorLimits, WorkLimits } from '@halite/transport'
import type { OpenFiles } from './open-files.ts'

/** What the network may take, as the options say. */
export function networkDoorLimits(options: MasterOptions, openFiles: OpenFiles): DoorLimits {
  return {
    connections: () => {
      const fitting = openFiles.forConnections()
      return options.max_connections > 0 ? Math.min(options.max_connections, fitting) : fitting
    },
    connectionsPerAddress: options.max_connections_per_address,
    strangers: options.max_unproven_connections,
    strangersPerAddress: options.max_unproven_connections_per_address,
    strangerMs: options.unproven_connection_timeout * 1000,
    waitingBytes: options.max_waiting_bytes,
    unfinishedBytes: options.max_unfinished_bytes,
  }
}

/**
 * What local clients may take, of the files that are reserved. One that follows all events of a large fleet, and is slow at it,
 * has more waiting than a minion ever has.
 */
export function localDoorLimits(openFiles: OpenFiles): DoorLimits {
  return {
    connections: () => openFiles.forLocalClients(),
    connectionsPerAddress: Number.POSITIVE_INFINITY,
    strangers: 64,
    strangersPerAddress: 64,
    strangerMs: 30_000,
    waitingBytes: 256 * 1024 * 1024,
    unfinishedBytes: 512 * 1024 * 1024,
  }
}

/** What one session of a minion may cost, and how large its requests may be. */
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

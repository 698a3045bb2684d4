// SPDX-License-Identifier: Apache-2.0
import type { Clock, Logger, MasterOptions } from '@halite/core'
import { Door, UnsealThread } from '@halite/transport'
import { localDoorLimits, networkDoorLimits } from './door-limits.ts'
import { OpenFiles } from './open-files.ts'

/** What the limits follow from, and where they are reported. */
export interface DoorsInit {
  readonly options: MasterOptions
  readonly clock: Clock
  readonly log: Logger
  /** The entry of the thread that opens large frames; default that of the compiled package. */
  readonly unsealing?: string | URL | undefined
}

/** The doors of the master's sockets: one for the network, one for local clients, so that an operator can always connect. */
export class Doors {
  readonly network: Door
  readonly local: Door
  /** Opens the large frames of both. */
  readonly unsealing: UnsealThread
  readonly #openFiles: OpenFiles

  constructor({ options, clock, log, unsealing }: DoorsInit) {
    this.#openFiles = new OpenFiles(options, log)
    this.network = new Door({ limits: networkDoorLimits(options, this.#openFiles), clock })
    this.local = new Door({ limits: localDoorLimits(this.#openFiles), clock })
    this.unsealing = new UnsealThread(unsealing)
  }

  /** Logs a warning when the system allows fewer open files than the options ask for. */
  report(): void {
    this.#openFiles.report()
  }

  /** Connections of each door, and the limits on open files. */
  snapshot(): Record<'network' | 'local_network', Record<string, number>> {
    return {
      network: { ...this.network.snapshot(), ...this.#openFiles.snapshot() },
      local_network: this.local.snapshot(),
    }
  }

  /** Stops the timers and the thread, once the sockets are closed. */
  async close(): Promise<void> {
    this.network.close()
    this.local.close()
    await this.unsealing.close()
  }
}

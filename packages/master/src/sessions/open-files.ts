// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import type { Logger, MasterOptions } from '@halite/core'

/** How long the limit that was read is believed: somebody may change it while the master runs. */
const readEveryMs = 5000

/** How many files this process may have open, and how many of them connections may take. */
export class OpenFiles {
  readonly #wanted: number
  readonly #reserve: number
  readonly #log: Logger
  #limit: number
  #readMs = performance.now()

  constructor({ max_open_files, open_files_reserve }: MasterOptions, log: Logger) {
    this.#wanted = max_open_files
    this.#reserve = open_files_reserve
    this.#log = log
    this.#limit = this.#read()
  }

  /** Connections of local clients: half of what is reserved. */
  forLocalClients(): number {
    return Math.max(8, Math.floor(this.#reserved() / 2))
  }

  /** Connections of the network, which leave the reserve untouched. */
  forConnections(): number {
    const nowMs = performance.now()
    if (nowMs - this.#readMs > readEveryMs) {
      this.#readMs = nowMs
      this.#limit = this.#read()
    }
    return this.#limit - this.#reserved()
  }

  /** Says when the system allows less than was asked for; Node has raised the limit as far as it may. */
  report(): void {
    if (this.#limit >= this.#wanted) return
    this.#log.warning('fewer open files are allowed than max_open_files asks for', {
      allowed: this.#limit,
      max_open_files: this.#wanted,
      minions: Math.floor(this.forConnections() / 2),
      hint: 'Raise the hard limit of the service (LimitNOFILE of its unit), or lower max_open_files.',
    })
  }

  /** The limits, for `status`. */
  snapshot(): Record<string, number> {
    return { open_files_limit: this.#limit, connections_limit: this.forConnections() }
  }

  #reserved(): number {
    return Math.min(this.#reserve, Math.floor(this.#limit / 2))
  }

  /** Systems without /proc do not say; there the option is believed. */
  #read(): number {
    try {
      const text = readFileSync('/proc/self/limits', 'latin1')
      const limit = Number(/^Max open files\s+(\d+)/m.exec(text)?.[1] ?? Number.NaN)
      return Number.isNaN(limit) ? this.#wanted : Math.min(limit, this.#wanted)
    } catch {
      return this.#wanted
    }
  }
}

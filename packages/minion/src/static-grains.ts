// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs'
import { isMap, type Logger, messageOf, parseYaml, systemCodeOf, textKeyed } from '@halite/core'

type Grains = Readonly<Record<string, unknown>>

/** The file of static grains, `<config_dir>/grains`: a YAML map that people and `grains.setval` write. */
export class StaticGrains {
  readonly #path: string
  readonly #log: Logger
  #stamp = ''

  constructor(path: string, log: Logger) {
    this.#path = path
    this.#log = log
  }

  /** What the file holds now; nothing when it is missing or cannot be read; the latter is logged. */
  read(): Grains {
    this.#stamp = this.#stampNow()
    try {
      const value = parseYaml(readFileSync(this.#path, 'utf8'), this.#path)
      return isMap(value) ? textKeyed(value) : {}
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT')
        this.#log.error('static grains left out', { path: this.#path, reason: messageOf(error) })
      return {}
    }
  }

  /** Whether it is another file, or none any more, since it was read. */
  changed(): boolean {
    return this.#stampNow() !== this.#stamp
  }

  #stampNow(): string {
    try {
      const found = statSync(this.#path, { throwIfNoEntry: false })
      return found === undefined ? '' : `${found.ino}:${found.size}:${found.mtimeMs}`
    } catch (error) {
      // What cannot be looked at is logged when it is read: again once the reason is another.
      return String(systemCodeOf(error))
    }
  }
}

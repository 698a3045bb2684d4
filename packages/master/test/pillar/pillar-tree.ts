// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Logger, parseMinionId, silentLog } from '@halite/core'
import { PillarCompiler, type PillarSettings } from '../../src/pillar/index.ts'

/** Pillar files in a directory of their own, and a compiler over them. */
export class PillarTree {
  readonly directory = mkdtempSync(join(tmpdir(), 'halite-pillar-'))
  /** What was logged as an error. */
  readonly logged: string[] = []
  /** What was logged as a warning. */
  readonly warned: string[] = []
  readonly #compiler: PillarCompiler

  constructor(files: Readonly<Record<string, string>> = {}, settings: Partial<PillarSettings> = {}) {
    for (const [path, text] of Object.entries(files)) this.write(path, text)
    this.#compiler = new PillarCompiler({ roots: { base: [this.directory] }, log: this.#log(), ...settings })
  }

  write(path: string, text: string): void {
    const file = join(this.directory, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  /** The pillar of a minion; the same grains object means that nothing changed. */
  /** The pillar; a plain object, as nearly all are, can be looked into by name. */
  async compile(
    id = 'm1',
    grains: Readonly<Record<string, unknown>> = {},
    pillarenv?: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    const pillar = await this.#compiler.compile({ id: parseMinionId(id), grains, pillarenv })
    return pillar as Readonly<Record<string, unknown>>
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }

  #log(): Logger {
    const error = (_message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void this.logged.push(String(fields['problem']))
    const warning = (_message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void this.warned.push(String(fields['warning']))
    return { ...silentLog, error, warning, child: () => this.#log() }
  }
}

// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { entriesOf, isMap, parseMinionId, pythonStr, silentLog, valuesOf } from '@halite/core'
import { createContext, type FunctionResult, keywordMap, Registry, runFunction } from '@halite/loader'
import { manifest } from '../../src/index.ts'

/** A directory of its own, and calls of functions and states of `file` on what lies in it. */
export class EditMachine implements Disposable {
  readonly #root = mkdtempSync(join(tmpdir(), 'halite-edit-'))
  readonly directory = join(this.#root, 'w')
  readonly #registry: Registry

  constructor() {
    mkdirSync(this.directory)
    this.#registry = new Registry(manifest, { grains: {}, options: this.#options(false) })
  }

  path(name = 'f'): string {
    return join(this.directory, name)
  }

  write(content: string | Uint8Array, name = 'f'): void {
    writeFileSync(this.path(name), content)
  }

  read(name = 'f'): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** Removes what lies in the directory. */
  clear(): void {
    rmSync(this.directory, { recursive: true })
    mkdirSync(this.directory)
  }

  /** Names in the directory. */
  names(): string[] {
    return readdirSync(this.directory).sort()
  }

  /** Calls a function of `file` on a file. */
  call(fun: string, args: Readonly<Record<string, unknown>>, name = 'f'): Promise<FunctionResult> {
    return this.#run(`file.${fun}`, [this.path(name), keywordMap(args)])
  }

  /** Runs a state of `file` on a file: `changes`, `result` and `comment`, with DIR for the directory. */
  async state(
    fun: string,
    args: Readonly<Record<string, unknown>>,
    { test = false, name = 'f' }: { readonly test?: boolean; readonly name?: string } = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const given = [`file.${fun}`, this.path(name), keywordMap({ ...args, test })]
    const { return: rows } = await this.#run('state.single', given, test)
    const row = isMap(rows) ? valuesOf(rows)[0] : undefined
    if (!isMap(row)) throw new Error(`no result: ${pythonStr(rows)}`)
    const facts = entriesOf(row).filter(([key]) => ['changes', 'result', 'comment'].includes(String(key)))
    return this.shown(Object.fromEntries(facts)) as Readonly<Record<string, unknown>>
  }

  /** A value with DIR for the directory. */
  shown(value: unknown): unknown {
    if (typeof value === 'string') return value.replaceAll(this.directory, 'DIR')
    if (!isMap(value)) return value
    return Object.fromEntries(entriesOf(value).map(([key, one]) => [this.shown(key), this.shown(one)]))
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true })
  }

  #run(fun: string, arg: readonly unknown[], test = false): Promise<FunctionResult> {
    const context = createContext({
      registry: this.#registry,
      id: parseMinionId('m1'),
      options: this.#options(test),
      grains: {},
      pillar: {},
      log: silentLog,
    })
    return runFunction(this.#registry, context, { fun, arg })
  }

  #options(test: boolean) {
    const cachedir = join(this.#root, 'cache')
    return { test, cachedir, id: 'm1', root_dir: this.#root, file_client: 'local', file_roots: { base: [] } }
  }
}

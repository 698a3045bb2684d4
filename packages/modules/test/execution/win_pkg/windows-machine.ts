// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type Logger,
  loadOptions,
  parseMinionId,
  type RunOptions,
  type RunResult,
  silentLog,
} from '@halite/core'
import { FileClient, RootsSource } from '@halite/fileserver'
import {
  createContext,
  type FunctionResult,
  keywordMap,
  Registry,
  runFunction,
  thisMachine,
} from '@halite/loader'
import { manifest } from '../../../src/index.ts'
import { type FakeKeys, fakeRegistry } from '../../fake-registry.ts'

/** Where programs list themselves. */
export const uninstall = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall'

/** What the machine does with a program that is started; it may change `keys`. */
export type Program = (argv: readonly string[], options: RunOptions) => number | Promise<number>

/**
 * A machine that looks like Windows to modules: its registry and programs are what the test says. Its files, templates and
 * cache are real, in a directory of its own, and it serves itself.
 */
export class WindowsMachine implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'halite-windows-'))
  /** Keys of the registry, which programs may change. */
  readonly keys: Record<string, FakeKeys[string]> = {}
  readonly keys32: Record<string, FakeKeys[string]> = {}
  readonly started: { readonly argv: readonly string[]; readonly cwd: string | undefined }[] = []
  /** Files that functions read. */
  readonly read: string[] = []
  grains: Record<string, unknown> = { os: 'Windows', os_family: 'Windows', cpuarch: 'AMD64', pid: 1 }
  pillar: Record<string, unknown> = {}
  options: Record<string, unknown> = {}
  log: Logger = silentLog
  program: Program = () => 0
  /** What a program prints. */
  printed: (argv: readonly string[]) => string = () => ''

  /** Writes a file below the root of `base`; a definition when `path` names none. */
  serve(path: string, content: string | Uint8Array): void {
    const full = join(this.directory, 'srv', path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, content)
  }

  /** Puts a product into the list of Add/Remove Programs. */
  install(key: string, name: string, version?: string): void {
    this.keys[`${uninstall}\\${key}`] = {
      DisplayName: name,
      UninstallString: 'x',
      ...(version === undefined ? {} : { DisplayVersion: version }),
    }
  }

  uninstall(key: string): void {
    delete this.keys[`${uninstall}\\${key}`]
  }

  /** Calls a function as a job of its own. */
  async call(
    fun: string,
    arg: readonly unknown[] = [],
    kwarg: Readonly<Record<string, unknown>> = {},
  ): Promise<FunctionResult> {
    const options = this.#options()
    const files = new FileClient({
      source: new RootsSource({ options }),
      cachedir: options.cachedir,
      saltenv: 'base',
      hashType: 'sha256',
      web: options,
      patienceMs: 0,
    })
    const { grains, pillar } = this
    const machine = {
      ...thisMachine,
      platform: 'win32' as const,
      files: { ...thisMachine.files, read: (path: string) => this.#read(path) },
      windowsRegistry: fakeRegistry(this.keys, this.keys32),
      run: (argv: readonly string[], runOptions: RunOptions = {}) => this.#run(argv, runOptions),
    }
    const registry = new Registry(manifest, { grains, options, machine })
    const context = createContext({
      ...{ registry, machine, id: parseMinionId('win1'), options, grains, pillar, files, log: this.log },
    })
    try {
      return await runFunction(registry, context, { fun, arg: [...arg, keywordMap(kwarg)] })
    } finally {
      await files.close()
    }
  }

  /** What it returns. */
  async returned(...call: Parameters<WindowsMachine['call']>): Promise<unknown> {
    return (await this.call(...call)).return
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true })
  }

  #read(path: string): Promise<Buffer> {
    this.read.push(path)
    return thisMachine.files.read(path)
  }

  #options() {
    const at = (name: string) => join(this.directory, name)
    const { options } = loadOptions('minion', {
      configDir: at('conf'),
      overrides: {
        root_dir: this.directory,
        cachedir: at('cache'),
        file_client: 'local',
        file_roots: { base: [at('srv')] },
        ...this.options,
      },
    })
    return options
  }

  async #run(argv: readonly string[], options: RunOptions): Promise<RunResult> {
    this.started.push({ argv, cwd: options.cwd })
    const retcode = await this.program(argv, options)
    const stdout = Buffer.from(this.printed(argv))
    return { pid: 1, retcode, stdout, stderr: Buffer.alloc(0), timedOut: false, truncated: false }
  }
}

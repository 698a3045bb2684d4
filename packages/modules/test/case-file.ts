// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type DataMap, parseMinionId, parseYaml, type RunResult, silentLog } from '@halite/core'
import {
  createContext,
  type FilesContext,
  type FunctionResult,
  keywordMap,
  type Machine,
  noFiles,
  Registry,
  runFunction,
} from '@halite/loader'
import { expect } from 'vitest'
import { manifest } from '../src/index.ts'
import { type FakeFile, FakeFiles } from './fake-files.ts'
import { type FakeKeys, FakeRegistry, type SetValues } from './fake-registry.ts'

/**
 * One case of a `*.yaml` file, which holds a list of them: a call, the machine it runs on, and what comes of it. Nothing is
 * really run, read or written: programs, files and platform are what the case says. docs/extend/testing-a-module.md
 * explains it.
 */
export interface Case {
  readonly name: string
  readonly fun: string
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly grains?: Readonly<Record<string, unknown>>
  readonly pillar?: DataMap
  readonly options?: Readonly<Record<string, unknown>>
  /** Default linux. */
  readonly platform?: NodeJS.Platform
  /** Programs in the search path, by name; they lie in `/usr/bin`. */
  readonly programs?: readonly string[]
  /** The files there are, by path. */
  readonly files?: Readonly<Record<string, FakeFile>>
  /** Keys of the registry by path, and those of the view for programs of 32 bits. */
  readonly registry?: FakeKeys
  readonly registry32?: FakeKeys
  /** Values that the function sets in the registry: all of them, by path and name. */
  readonly registry_set?: SetValues
  /** Keys it removes there, and values as `path : name`: all of them, in this order. */
  readonly registry_removed?: readonly string[]
  /** What can be fetched, by URL. */
  readonly urls?: Readonly<Record<string, string>>
  /** What the function starts: all of it, in this order. */
  readonly commands?: readonly Command[]
  /** Texts of the files that the function writes: all of them. A text between slashes is a pattern. */
  readonly written?: Readonly<Record<string, string>>
  /** Paths that the function removes: all of them, sorted. */
  readonly removed?: readonly string[]
  /** The return; a text between slashes is a pattern that the returned text must match. */
  readonly return: unknown
  /** Default 0. */
  readonly retcode?: number
}

/** A program that a case expects, and its answer. */
export interface Command {
  readonly argv: readonly string[]
  /** What it must be started with; compared where it is given. */
  readonly cwd?: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  /** It is one that outlives the job. */
  readonly background?: true
  readonly stdout?: string
  readonly stderr?: string
  readonly retcode?: number
  readonly timedOut?: true
  /** It cannot be started. */
  readonly missing?: true
  /** Files that it writes. */
  readonly writes?: Readonly<Record<string, string>>
}

/** All cases below `directory`, sorted by file. */
export function readCases(directory: string): (Case & { readonly file: string })[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort()
    .flatMap((file) => casesOf(directory, file))
}

/** Runs a case against the built-in modules and compares. */
export async function checkCase(given: Case): Promise<void> {
  const commands = [...(given.commands ?? [])]
  const files = new FakeFiles(given.files ?? {})
  const registry = new FakeRegistry(given.registry ?? {}, given.registry32 ?? {})
  const result = await runCase(given, { commands, files, registry })
  compare(result.return, given.return)
  expect(result.retcode).toBe(given.retcode ?? 0)
  expect(commands, 'commands that were not run').toEqual([])
  const written = given.written ?? {}
  expect(Object.keys(files.written).sort(), 'files written').toEqual(Object.keys(written).sort())
  for (const [path, text] of Object.entries(written)) compare(files.written[path], text)
  expect(files.removed, 'files removed').toEqual(given.removed ?? [])
  expect(registry.changed, 'values set').toEqual(given.registry_set ?? {})
  expect(registry.removed, 'keys and values removed').toEqual(given.registry_removed ?? [])
}

function casesOf(directory: string, file: string): (Case & { readonly file: string })[] {
  const cases = parseYaml(readFileSync(join(directory, file), 'utf8'), file)
  // The files are this project's own: a case of the wrong shape fails as a test.
  return (cases as Case[]).map((given) => ({ ...given, file }))
}

interface World {
  /** Those that have run are taken away. */
  readonly commands: Command[]
  readonly files: FakeFiles
  readonly registry: FakeRegistry
}

function runCase(given: Case, world: World): Promise<FunctionResult> {
  const { fun, args = [], kwargs = {}, grains = {}, options = {}, pillar = {} } = given
  const machine = fakeMachine(given, world)
  const registry = new Registry(manifest, { grains, options, machine })
  const context = createContext({
    registry,
    machine,
    id: parseMinionId('m1'),
    options,
    log: silentLog,
    files: fetched(given.urls ?? {}, world.files),
    get grains() {
      return declared(registry, fun, 'grains') ? grains : {}
    },
    get pillar() {
      return declared(registry, fun, 'pillar') ? pillar : {}
    },
  })
  return runFunction(registry, context, { fun, arg: [...args, keywordMap(kwargs)] })
}

/** What an inline function does not declare to read, it is not given: as under `salt-call`. */
function declared(registry: Registry, fun: string, fact: 'grains' | 'pillar'): boolean {
  if (!registry.isInline(fun) || registry.reads(fun, fact)) return true
  return fact === 'grains' && registry.reads(fun, 'quick grains')
}

function fakeMachine(
  { platform = 'linux', programs = [] }: Case,
  { commands, files, registry }: World,
): Machine {
  const next = (argv: readonly string[], background: boolean) => {
    const command = commands.shift()
    expect(argv).toEqual(command?.argv)
    expect(background).toBe(command?.background ?? false)
    for (const [path, text] of Object.entries(command?.writes ?? {})) files.put(path, text)
    if (command?.missing) throw Object.assign(new Error(`spawn ${argv[0]} ENOENT`), { code: 'ENOENT' })
    return command
  }
  return {
    platform,
    files: files.files,
    windowsRegistry: registry,
    find: (name) => {
      const base = name.replace(/^\/usr\/bin\//, '')
      return programs.includes(base) ? `/usr/bin/${base}` : undefined
    },
    start: async (argv) => {
      next(argv, true)
      return 1
    },
    run: async (argv, options) => {
      const command = next(argv, false)
      if (command?.cwd !== undefined) expect(options?.cwd).toBe(command.cwd)
      if (command?.stdin !== undefined) expect(options?.stdin?.toString()).toBe(command.stdin)
      if (command?.env !== undefined) expect(options?.env).toMatchObject(command.env)
      return answerOf(command)
    },
  }
}

function answerOf(command: Command | undefined): RunResult {
  return {
    pid: 1,
    retcode: command?.retcode ?? 0,
    stdout: Buffer.from(command?.stdout ?? ''),
    stderr: Buffer.from(command?.stderr ?? ''),
    timedOut: command?.timedOut ?? false,
    truncated: false,
  }
}

/** Copies of what has a URL; they lie in a cache of their own, which is no file that the function wrote. */
function fetched(urls: Readonly<Record<string, string>>, files: FakeFiles): FilesContext {
  return {
    ...noFiles,
    cacheFile: async (url) => {
      if (!Object.hasOwn(urls, url)) return undefined
      const path = `/var/cache/salt/minion/files/${url.replace(/^\w+:\/\//, '')}`
      files.cache(path, urls[url] ?? '')
      return path
    },
    listFiles: async (prefix = '') => {
      const paths = Object.keys(urls).map((url) => url.replace('salt://', ''))
      return paths.filter((path) => path.startsWith(prefix)).sort()
    },
    listDirs: async () => {
      const parts = Object.keys(urls).map((url) => url.replace('salt://', '').split('/'))
      const above = parts.flatMap((path) =>
        path.slice(1).map((_part, index) => path.slice(0, index + 1).join('/')),
      )
      return [...new Set(above)].sort()
    },
  }
}

function compare(actual: unknown, wanted: unknown): void {
  const pattern = typeof wanted === 'string' ? /^\/(.*)\/$/s.exec(wanted)?.[1] : undefined
  if (pattern === undefined) expect(actual).toEqual(wanted)
  else expect(actual).toMatch(new RegExp(pattern, 's'))
}

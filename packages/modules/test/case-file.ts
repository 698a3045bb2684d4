// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseMinionId, parseYaml, silentLog } from '@halite/core'
import {
  createContext,
  type FunctionResult,
  keywordMap,
  type Machine,
  Registry,
  runFunction,
  thisMachine,
} from '@halite/loader'
import { expect } from 'vitest'
import { manifest } from '../src/index.ts'

/**
 * One case of a `*.yaml` file, which holds a list of them: a call, the world it runs in, and what comes of it. Every
 * program the function starts must be among `commands`, in that order; nothing is really run.
 */
export interface Case {
  readonly name: string
  readonly fun: string
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly grains?: Readonly<Record<string, unknown>>
  readonly pillar?: Readonly<Record<string, unknown>>
  readonly options?: Readonly<Record<string, unknown>>
  readonly commands?: readonly Command[]
  /** The return; a text between slashes is a pattern that the returned text must match. */
  readonly return: unknown
  /** Default 0. */
  readonly retcode?: number
}

/** A program a case expects, and its answer. */
export interface Command {
  readonly argv: readonly string[]
  readonly stdout?: string
  readonly stderr?: string
  readonly retcode?: number
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
  const result = await runCase(given, commands)
  compareReturn(result.return, given.return)
  expect(result.retcode).toBe(given.retcode ?? 0)
  expect(commands).toEqual([])
}

function casesOf(directory: string, file: string): (Case & { readonly file: string })[] {
  const cases = parseYaml(readFileSync(join(directory, file), 'utf8'), file)
  // The files are this project's own: a case of the wrong shape fails as a test.
  return (cases as Case[]).map((given) => ({ ...given, file }))
}

function runCase(given: Case, commands: Command[]): Promise<FunctionResult> {
  const { fun, args = [], kwargs = {}, grains = {}, options = {}, pillar = {} } = given
  const registry = new Registry(manifest, { grains, options })
  const id = parseMinionId('m1')
  const machine = { ...thisMachine, run: scripted(commands) }
  const context = createContext({ registry, id, options, grains, pillar, log: silentLog, machine })
  return runFunction(registry, context, { fun, arg: [...args, keywordMap(kwargs)] })
}

function scripted(commands: Command[]): Machine['run'] {
  return async (argv) => {
    const command = commands.shift()
    expect(argv).toEqual(command?.argv)
    return {
      pid: 1,
      retcode: command?.retcode ?? 0,
      stdout: Buffer.from(command?.stdout ?? ''),
      stderr: Buffer.from(command?.stderr ?? ''),
      timedOut: false,
      truncated: false,
    }
  }
}

function compareReturn(actual: unknown, wanted: unknown): void {
  const pattern = typeof wanted === 'string' ? /^\/(.*)\/$/s.exec(wanted)?.[1] : undefined
  if (pattern === undefined) expect(actual).toEqual(wanted)
  else expect(actual).toMatch(new RegExp(pattern, 's'))
}

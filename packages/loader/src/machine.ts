// SPDX-License-Identifier: Apache-2.0
import { type FindOptions, findProgram, type RunOptions, type RunResult } from '@halite/core'
import { type MachineFiles, machineFiles } from './machine-files.ts'
import { type MachineRegistry, machineRegistry } from './machine-registry.ts'
import { promptFiles } from './prompt-files.ts'

/** How a program is started that outlives the job. */
export type BackgroundOptions = Omit<
  RunOptions,
  'stdin' | 'timeoutMs' | 'signal' | 'mergeStderr' | 'maxOutputBytes' | 'onStart'
>

/** What functions may touch of the machine they run on. Case files put another in its place. */
export interface Machine {
  readonly platform: NodeJS.Platform
  readonly files: MachineFiles
  readonly windowsRegistry: MachineRegistry
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** Starts a program that outlives the job. Resolves to its pid. */
  start(argv: readonly string[], options?: BackgroundOptions): Promise<number>
  /** The full path of a program. */
  find(name: string, options?: FindOptions): string | undefined
}

/** This machine. What starts programs is loaded with the first one: most functions start none. */
export const thisMachine: Machine = {
  platform: process.platform,
  files: machineFiles,
  windowsRegistry: machineRegistry,
  run: async (argv, options) => (await import('@halite/core/process')).run(argv, options),
  start: async (argv, options) => (await import('@halite/core/process')).startBackground(argv, options),
  find: findProgram,
}

/** The same for a process that runs one job and has nobody to answer meanwhile. */
export const machineOfJob: Machine = { ...thisMachine, files: promptFiles }

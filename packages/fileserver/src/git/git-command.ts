// SPDX-License-Identifier: Apache-2.0
import { findProgram, gitSettings, type RunningProgram, run, SaltError, startProgram } from '@halite/core'
import type { GitAccess } from './git-access.ts'
import { gitError } from './git-error.ts'

/** What of our own environment a git of ours is given: nothing that names another repository, or asks somebody. */
const keptVariables = /^(?!GIT_|SSH_ASKPASS|DISPLAY$|LC_|LANG)|^GIT_SSL_|^GIT_PROXY_|^GIT_TRACE/

/** Settings for every command. */
const settings: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['gc.autoDetach', 'false'],
  ['advice.detachedHead', 'false'],
]

/** Runs git on a bare repository of ours. */
export class GitCommand {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Makes an empty repository. */
  async init(): Promise<void> {
    const argv = [programOf(), 'init', '--bare', '--quiet', '--template=', this.#directory]
    const { retcode, stderr } = await run(argv, { env: environment({}, settings) })
    if (retcode !== 0) throw gitError(`${this.#directory} cannot be made`, stderr.toString())
  }

  /** What a command prints that looks into the repository. Rejects with `GIT_FAILED`. */
  async read(args: readonly string[], input?: string): Promise<Buffer> {
    const { retcode, stdout, stderr, truncated } = await run(this.#argv(args), {
      env: this.#localEnvironment(),
      ...(input === undefined ? {} : { stdin: input }),
    })
    if (retcode === 0 && !truncated) return stdout
    throw gitError(`git ${args[0]} of ${this.#directory} failed`, stderr.toString())
  }

  /** The same for a command whose output is read as it comes. */
  start(args: readonly string[]): RunningProgram {
    return startProgram(this.#argv(args), { env: this.#localEnvironment() })
  }

  /** A command that goes to the remote; one that reports nothing for `stallMs` is ended. */
  async goOut(
    args: readonly string[],
    access: GitAccess,
    { shown, stallMs, signal }: { shown: string; stallMs: number; signal?: AbortSignal | undefined },
  ): Promise<void> {
    const env = environment({ GIT_DIR: this.#directory, ...access.env }, [...settings, ...access.config])
    const program = startProgram(this.#argv(args), { env, idleMs: stallMs, signal })
    program.stdin.end()
    program.stdout.resume()
    const { retcode, stderr, isStalled } = await program.ended
    if (isStalled) {
      const seconds = Math.round(stallMs / 1000)
      throw gitError(`${shown} cannot be fetched`, `nothing came from it for ${seconds} s`)
    }
    if (retcode !== 0) throw gitError(`${shown} cannot be fetched`, stderr, access.secrets)
  }

  #argv(args: readonly string[]): readonly string[] {
    return [programOf(), ...args]
  }

  /** Where nothing but the repository counts: neither settings of the host, nor replaced objects. */
  #localEnvironment(): Record<string, string | undefined> {
    const more = {
      GIT_DIR: this.#directory,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_NO_LAZY_FETCH: '1',
    }
    return environment(more, settings)
  }
}

function programOf(): string {
  const program = findProgram('git')
  if (program !== undefined) return program
  throw new SaltError('GIT_FAILED', 'there is no git in the search path of this process', {
    hint: 'Install git on this host.',
  })
}

function environment(
  more: Readonly<Record<string, string>>,
  config: readonly (readonly [string, string])[],
): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => keptVariables.test(name))
  return {
    ...Object.fromEntries(own),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
    ...gitSettings(config),
    ...more,
  }
}

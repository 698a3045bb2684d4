// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { exitCodes, guessMinionId, isSaltError, type MinionOptions, SaltError } from '@halite/core'
import type { LocalPillarOptions } from '@halite/master/pillar'
import { functionCall } from '../arguments.ts'
import { exitCodeOfCall } from '../exit.ts'
import { Interruption } from '../interruption.ts'
import type { Command, Files } from '../main.ts'
import { saltCallTool } from '../options/salt-call.ts'
import { openOutput } from '../output.ts'
import { outputSettings } from '../output-settings.ts'
import type { Terminal } from '../terminal.ts'
import { startTool } from '../tool-start.ts'

type OpenOutput = Awaited<ReturnType<typeof openOutput>>
type Options = Parameters<Command<typeof saltCallTool.options>>[0]['options']

interface CallResult {
  readonly fun: string
  readonly fun_args: readonly unknown[]
  readonly id: string
  readonly jid: string
  readonly retcode: number
  readonly return: unknown
  readonly out?: string
}

/** `salt-call`: runs a function on this machine, in this process. */
export function saltCallCommand(files: Files): Command<typeof saltCallTool.options> {
  return async (parsed, terminal) => {
    const { options, words } = parsed
    checkModuleDirs(options.moduleDirs)
    const { options: config, log } = startTool('minion', { tool: saltCallTool, parsed, terminal })
    const { fun, arg } = callOf(words, options)
    const [{ manifest }, { Caller }] = await Promise.all([
      import(files.manifest),
      import('@halite/minion/caller'),
    ])
    const local = options.local || config.file_client === 'local'
    const progress = new ShownProgress(terminal)
    const caller = new Caller({
      ...callerOptions(config, options, terminal.isWatched ? progress : undefined),
      manifest,
      files,
      local,
      localPillar: async (request) => (await compilerOf({ options: config, manifest, log })).compile(request),
      log,
    })
    const registry = await caller.modules()
    const output = await openOutput(outputSettings(options, config), { registry, terminal })
    try {
      await connected(caller, (options.timeout ?? 60) * 1000, { master: config.master, local, terminal })
      using interruption = new Interruption()
      const result = await caller.call(fun, arg, interruption.signal)
      progress.end()
      if (interruption.exitCode !== undefined) {
        terminal.printError('Interrupted: the function was ended before it returned.')
        return interruption.exitCode
      }
      if (isUnknown(fun, result)) {
        terminal.printError(String(result.return))
        return exitCodes.notAvailable
      }
      await show(result, output, options)
      return exitCodeOfCall(result.retcode, options.retcodePassthrough)
    } finally {
      await caller.close()
    }
  }
}

async function show(result: CallResult, output: OpenOutput, { metadata }: Options): Promise<void> {
  const { out, retcode } = result
  const shown = metadata ? metadataOf(result) : result.return
  await output.show(new Map([['local', shown]]), { out, retcode, isReturn: true })
  await output.close()
}

/** What the command line and the configuration say of the call; `progress` is shown while somebody watches. */
function callerOptions(config: MinionOptions, options: Options, progress: ShownProgress | undefined) {
  return {
    id: guessMinionId(config).id,
    options: {
      ...config,
      module_dirs: [...config.module_dirs, ...options.moduleDirs],
      state_events: config.state_events || progress !== undefined,
    },
    ...(progress === undefined ? {} : { onProgress: progress.show }),
    tellMaster: !options.noReturnEvent,
    user: userInfo().username,
  }
}

/** Shows each state as it ends, and the progress of transfers, until the call ends. */
class ShownProgress {
  readonly #terminal: Terminal
  #shown = Promise.resolve()
  #isOver = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  readonly show = (data: unknown): void => {
    this.#shown = this.#shown.then(async () => {
      const { showProgress } = await import('../show-progress.ts')
      if (!this.#isOver) showProgress(this.#terminal, data)
    })
  }

  end(): void {
    this.#isOver = true
    this.#terminal.showStatus('')
  }
}

/** How long a person waits before it is said what for. */
const silentWaitMs = 3000

interface Waiting {
  readonly master: MinionOptions['master']
  readonly local: boolean
  readonly terminal: Terminal
}

/** Connects. After a while it says on standard error which master it waits for, and in the end what to do without one. */
async function connected(
  caller: { connect(timeoutMs: number): Promise<void> },
  timeoutMs: number,
  { master, local, terminal }: Waiting,
): Promise<void> {
  const names = [master].flat().join(', ')
  const text = `Waiting for the master ${names} (-t sets how long, --local does without).`
  const timer = local ? undefined : setTimeout(() => terminal.remark(text), silentWaitMs)
  try {
    await caller.connect(timeoutMs)
  } catch (error) {
    if (!isSaltError(error) || error.hint !== undefined || !isUnreached(error.code)) throw error
    const { code, message, exitCode } = error
    const hint = `Is ${names} the right master, and does it run? --local does without one; -t sets how many seconds to wait.`
    throw new SaltError(code, message, { cause: error, exitCode, hint })
  } finally {
    clearTimeout(timer)
  }
}

/** Whether the master is to be blamed, or the way to it, and not what is configured here. */
function isUnreached(code: string): boolean {
  return ['HANDSHAKE_TIMEOUT', 'REQUEST_TIMEOUT', 'SESSION_LOST', 'MASTER_UNREACHABLE'].includes(code)
}

/** What `-m` names must be there: a typing error would show as a function that is not available. */
function checkModuleDirs(dirs: readonly string[]): void {
  for (const dir of dirs) {
    if (existsSync(dir)) continue
    throw new SaltError('USAGE', `--module-dirs: there is no directory ${dir}`)
  }
}

/** The pillar of a minion without a master; what compiles it is loaded when a function looks at it. */
async function compilerOf(options: LocalPillarOptions) {
  const { localPillar } = await import('@halite/master/pillar')
  return localPillar(options)
}

function callOf(words: readonly string[], options: Options): { fun: string; arg: readonly unknown[] } {
  if (options.grains) return { fun: 'grains.items', arg: [] }
  if (options.doc) return { fun: 'sys.doc', arg: words }
  const [fun, ...rest] = words
  if (fun === undefined) {
    throw new SaltError('USAGE', 'no function given', {
      exitCode: exitCodes.usage,
      hint: 'For example: salt-call test.ping; salt-call -d lists the functions there are.',
    })
  }
  const call = functionCall(fun, rest, options)
  if (typeof call.fun !== 'string') throw new SaltError('USAGE', 'salt-call runs one function at a time')
  return { fun: call.fun, arg: call.arg }
}

function isUnknown(fun: string, result: { return: unknown; retcode: number }): boolean {
  if (result.retcode === 0 || typeof result.return !== 'string') return false
  return (
    result.return.startsWith(`'${fun}' is not available.`) ||
    result.return.startsWith(`'${fun.split('.')[0]}' __virtual__`)
  )
}

function metadataOf(result: CallResult) {
  const { fun, fun_args, id, jid, retcode, return: value, out } = result
  return { fun, fun_args, id, jid, ...(out === undefined ? {} : { out }), retcode, return: value }
}

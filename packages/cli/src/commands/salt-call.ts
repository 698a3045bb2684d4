// SPDX-License-Identifier: Apache-2.0
import { userInfo } from 'node:os'
import { exitCodes, guessMinionId, loadOptions, SaltError } from '@halite/core'
import { Registry } from '@halite/loader'
import { functionCall } from '../arguments.ts'
import { exitCodeOfCall } from '../exit.ts'
import type { Command } from '../main.ts'
import { configOverrides } from '../options/parse.ts'
import { saltCallTool } from '../options/salt-call.ts'
import { openOutput } from '../output.ts'
import { outputSettings } from '../output-settings.ts'

type Options = Parameters<Command<typeof saltCallTool.options>>[0]['options']

/** `salt-call`: runs a function on this machine, in this process. */
export function saltCallCommand(manifestUrl: string): Command<typeof saltCallTool.options> {
  return async (parsed, terminal) => {
    const { options, words } = parsed
    const loaded = loadOptions('minion', {
      configDir: options.configDir,
      overrides: configOverrides(saltCallTool, parsed),
    })
    for (const warning of loaded.warnings) terminal.printError(`[WARNING ] ${warning}`)
    const { fun, arg } = callOf(words, options)
    const [{ manifest }, { Caller }] = await Promise.all([import(manifestUrl), import('@halite/minion')])
    const registry = new Registry(manifest, { options: loaded.options })
    const output = await openOutput(outputSettings(options, loaded.options), { registry, terminal })
    const local = options.local || loaded.options.file_client === 'local'
    const { id } = guessMinionId(loaded.options)
    const log = await logOf(loaded.options.log_level)
    const caller = new Caller({
      id,
      options: loaded.options,
      manifest,
      local,
      user: userInfo().username,
      log,
    })
    try {
      await caller.connect((options.timeout ?? 60) * 1000)
      const result = await caller.call(fun, arg)
      if (isUnknown(fun, result)) {
        terminal.printError(String(result.return))
        return exitCodes.notAvailable
      }
      const shown = options.metadata ? metadataOf(result) : result.return
      await output.show(new Map([['local', shown]]), { out: result.out, retcode: result.retcode })
      await output.close()
      return exitCodeOfCall(result.retcode, options.retcodePassthrough)
    } finally {
      await caller.close()
    }
  }
}

async function logOf(level: string) {
  const { createLogger } = await import('@halite/core/log')
  return createLogger({ level: level as Parameters<typeof createLogger>[0]['level'] })
}

function callOf(words: readonly string[], options: Options): { fun: string; arg: readonly unknown[] } {
  if (options.grains) return { fun: 'grains.items', arg: [] }
  if (options.doc) return { fun: 'sys.doc', arg: words }
  const [fun, ...rest] = words
  if (fun === undefined) {
    throw new SaltError('USAGE', 'no function given', {
      exitCode: exitCodes.usage,
      hint: 'Usage: salt-call [options] <function> [arguments]',
    })
  }
  const call = functionCall(fun, rest, options)
  if (typeof call.fun !== 'string') throw new SaltError('USAGE', 'salt-call runs one function at a time')
  return { fun: call.fun, arg: call.arg }
}

function isUnknown(fun: string, result: { return: unknown; retcode: number }): boolean {
  if (result.retcode === 0 || typeof result.return !== 'string') return false
  return (
    result.return === `'${fun}' is not available.` ||
    result.return.startsWith(`'${fun.split('.')[0]}' __virtual__`)
  )
}

function metadataOf(result: {
  fun: string
  fun_args: readonly unknown[]
  id: string
  jid: string
  retcode: number
  return: unknown
  out?: string
}) {
  const { fun, fun_args, id, jid, retcode, return: value, out } = result
  return { fun, fun_args, id, jid, ...(out === undefined ? {} : { out }), retcode, return: value }
}

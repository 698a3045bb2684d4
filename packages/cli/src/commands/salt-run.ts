// SPDX-License-Identifier: Apache-2.0
import { RunnerClient } from '@halite/client'
import { exitCodes, isRecord, isSaltError, messageOf, SaltError } from '@halite/core'
import { docOf, Registry } from '@halite/loader'
import type { Command } from '../main.ts'
import { saltRunTool } from '../options/salt-run.ts'
import { type Output, openOutput } from '../output.ts'
import { outputSettings } from '../output-settings.ts'
import { startTool } from '../tool-start.ts'
import { parseWords } from '../words.ts'

/** `salt-run`: runs a runner on the master and prints what it returns. */
export function saltRunCommand(manifestUrl: string): Command<typeof saltRunTool.options> {
  return async (parsed, terminal) => {
    const { options, words } = parsed
    const { options: config, log } = startTool('master', { tool: saltRunTool, parsed, terminal })
    const [fun, ...rest] = words
    if (fun === undefined && !options.doc)
      throw new SaltError('USAGE', 'no runner given', { hint: 'For example: salt-run jobs.list_jobs' })
    const { manifest } = await import(manifestUrl)
    const registry = new Registry(manifest, { options: config })
    const output = await openOutput(outputSettings(options, config), { registry, terminal })
    if (options.doc || fun === undefined) return showDocs(words, registry, output)
    const { args, kwargs } = parseWords(rest, options)
    if (fun === 'state.event') {
      const { watchEvents } = await import('./state-event.ts')
      return watchEvents({ connection: { options: config, log }, registry, terminal }, { args, kwargs })
    }
    await using client = new RunnerClient({ options: config, log })
    try {
      if (options.async) return await begun((await client.cmdAsync(fun, args, kwargs)).jid, output)
      const { data, out, exitCode } = presented(await client.cmd(fun, args, kwargs), output.isForPrograms)
      // A runner of the site is known to the master alone.
      const described = await registry.describe(fun, 'runners')
      if (!options.quiet) await output.show(data, { out: out ?? described?.outputter })
      await output.close()
      return exitCode
    } catch (error) {
      if (!isSaltError(error, 'FUNCTION_UNKNOWN')) throw error
      terminal.print(messageOf(error))
      return exitCodes.generic
    }
  }
}

/** What is printed of a runner that nobody waits for. */
async function begun(jid: string, output: Output): Promise<number> {
  output.note(`Executed command with job ID: ${jid}`)
  if (output.isForPrograms) await output.show(new Map([['jid', jid]]))
  await output.close()
  return exitCodes.ok
}

/** The documentation of functions, of modules, or of all that there is. */
async function showDocs(words: readonly string[], registry: Registry, output: Output): Promise<number> {
  const all = await registry.functionNames('runners')
  const docs = new Map<string, string>()
  for (const word of words.length === 0 ? ['*'] : words) {
    const module = word.replace(/\.?\*$/, '')
    const names = all.filter((name) => module === '' || name === word || name.startsWith(`${module}.`))
    if (names.length === 0) throw new SaltError('FUNCTION_UNKNOWN', `'${word}' is not available.`, onlyFailed)
    for (const name of names) docs.set(name, docOf((await registry.function(name, 'runners')).fn))
  }
  if (output.isForPrograms) await output.show(docs)
  else for (const [name, doc] of docs) output.note(`${name}:\n${doc.trimEnd()}\n`)
  await output.close()
  return exitCodes.ok
}

const onlyFailed = {
  exitCode: exitCodes.generic,
  hint: 'salt-run -d prints the documentation of all runners.',
}

interface Presented {
  readonly data: unknown
  readonly out?: string
  readonly exitCode: number
}

/**
 * A return of `{ outputter, data }` says how its data is to be shown. With a `retcode` it counts as that; for programs it is then shown
 * as a whole, as Salt does.
 */
function presented(value: unknown, isForPrograms: boolean): Presented {
  const exitCode = exitCodes.ok
  if (!isRecord(value) || typeof value['outputter'] !== 'string') return { data: value, exitCode }
  const { data, outputter: out, retcode, ...others } = value
  if (data === undefined || Object.keys(others).length > 0) return { data: value, exitCode }
  if (retcode === undefined) return { data, out, exitCode }
  return { data: isForPrograms ? value : data, out, exitCode: retcode === 0 ? exitCode : exitCodes.generic }
}

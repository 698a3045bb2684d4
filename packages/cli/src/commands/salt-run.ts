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
    await using client = new RunnerClient({ options: config, log })
    const { args, kwargs } = parseWords(rest, options)
    try {
      const { data, out } = presented(await client.cmd(fun, args, kwargs))
      // A runner of the site is known to the master alone.
      const described = await registry.describe(fun, 'runners')
      if (!options.quiet) await output.show(data, { out: out ?? described?.outputter })
      await output.close()
      return exitCodes.ok
    } catch (error) {
      if (!isSaltError(error, 'FUNCTION_UNKNOWN')) throw error
      terminal.print(messageOf(error))
      return exitCodes.generic
    }
  }
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

/** A return of exactly `{ outputter, data }` says how its data is to be shown. */
function presented(value: unknown): { data: unknown; out?: string } {
  if (!isRecord(value) || Object.keys(value).sort().join() !== 'data,outputter') return { data: value }
  return typeof value['outputter'] === 'string'
    ? { data: value['data'], out: value['outputter'] }
    : { data: value }
}

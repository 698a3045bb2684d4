// SPDX-License-Identifier: Apache-2.0
import { type Answer, LocalClient, type TargetType } from '@halite/client'
import { exitCodes, loadOptions, type MasterOptions, SaltError } from '@halite/core'
import { Registry } from '@halite/loader'
import { type SaltCall, saltCall, targetOf } from '../arguments.ts'
import { verdictOfJob } from '../exit.ts'
import type { Command } from '../main.ts'
import { configOverrides } from '../options/parse.ts'
import { saltTool } from '../options/salt.ts'
import { type Output, openOutput } from '../output.ts'
import { outputSettings } from '../output-settings.ts'
import type { Terminal } from '../terminal.ts'

type Options = Parameters<Command<typeof saltTool.options>>[0]['options']

/** `salt`: a job for minions, its returns as they come, and an exit code that tells the truth. */
export function saltCommand(manifestUrl: string): Command<typeof saltTool.options> {
  return async (parsed, terminal) => {
    const { options, words } = parsed
    const loaded = loadOptions('master', {
      configDir: options.configDir,
      overrides: configOverrides(saltTool, parsed),
    })
    for (const warning of loaded.warnings) terminal.printError(`[WARNING ] ${warning}`)
    if (options.configDump) return dumpConfig(loaded.options, terminal)
    const { manifest } = await import(manifestUrl)
    const output = await openOutput(outputSettings(options, loaded.options), {
      registry: new Registry(manifest, { options: loaded.options }),
      terminal,
    })
    await using client = new LocalClient({ options: loaded.options })
    if (options.previewTarget) return await preview(client, words, { options, output })
    // Awaited here, for the client is closed as soon as this function returns.
    return await runJob(client, saltCall(words, options), { options, output, terminal })
  }
}

async function dumpConfig(options: MasterOptions, terminal: Terminal): Promise<number> {
  const { dumpYaml } = await import('@halite/core')
  terminal.print(dumpYaml(options).trimEnd())
  return exitCodes.ok
}

async function preview(
  client: LocalClient,
  words: readonly string[],
  at: { options: Options; output: Output },
): Promise<number> {
  const [target] = words
  if (target === undefined) {
    throw new SaltError('USAGE', 'Cannot execute command without defining a target.', {
      exitCode: exitCodes.incomplete,
    })
  }
  const { tgt, tgtType } = targetOf(target, at.options)
  const minions = await client.preview(tgt, { tgtType, delimiter: at.options.delimiter })
  await at.output.show(minions)
  return exitCodes.ok
}

interface Show {
  readonly options: Options
  readonly output: Output
  readonly terminal: Terminal
}

async function runJob(client: LocalClient, call: SaltCall, show: Show): Promise<number> {
  const { options, terminal } = show
  const settings = {
    tgtType: call.tgtType,
    timeout: options.timeout ?? client.connection.options.timeout,
    ...(options.delimiter === ':' ? {} : { delimiter: options.delimiter }),
  }
  if (options.async) return runAsync(client, call, { settings, terminal })
  const run = await client.run(call.tgt, call.fun, call.arg, settings)
  if (run === undefined) {
    terminal.print('No minions matched the target. No command was sent, no jid was assigned.')
    terminal.printError('ERROR: No return received')
    return exitCodes.noReturn
  }
  if (options.showJid) terminal.print(`jid: ${run.jid}`)
  if (options.verbose) terminal.print(`Executing job with jid ${run.jid}\n${'-'.repeat(43)}\n`)
  const job = { jid: run.jid, minions: [...run.minions], unknown: run.unknown }
  const tally = await showAnswers(job, run, show)
  await show.output.close()
  if (options.summary) printSummary(job.minions.length + job.unknown.length, tally, show)
  const verdict = verdictOfJob({
    retcodes: tally.retcodes,
    missing: tally.missing.length,
    hidden: options.hideTimeout,
  })
  if (verdict.complaint !== undefined) terminal.printError(verdict.complaint)
  return verdict.exitCode
}

async function runAsync(
  client: LocalClient,
  call: SaltCall,
  { settings, terminal }: { settings: { tgtType: TargetType; timeout: number }; terminal: Terminal },
): Promise<number> {
  const jid = await client.cmdAsync(call.tgt, call.fun, call.arg, settings)
  if (jid === undefined) {
    terminal.print('No minions matched the target. No command was sent, no jid was assigned.')
    terminal.printError('ERROR: No return received')
    return exitCodes.noReturn
  }
  terminal.print(`Executed command with job ID: ${jid}`)
  return exitCodes.ok
}

interface Tally {
  readonly retcodes: number[]
  readonly missing: string[]
  errors: number
}

interface Job {
  readonly jid: string
  readonly unknown: readonly string[]
}

/** Shows each answer as it comes; ids a list names that nobody has are answers too: that they will not come. */
async function showAnswers(job: Job, answers: AsyncIterable<Answer>, show: Show): Promise<Tally> {
  const tally: Tally = { retcodes: [], missing: [], errors: 0 }
  for await (const answer of answers) {
    if (answer.type === 'return') {
      tally.retcodes.push(answer.retcode)
      if (answer.retcode !== 0) tally.errors += 1
      await show.output.showReturn(answer.id, answer.ret, { out: answer.out, retcode: answer.retcode })
    } else {
      await showMissing(answer.id, missingText(answer.status, answer.reason, job.jid), { tally, show })
    }
  }
  for (const id of job.unknown) {
    await showMissing(id, missingText('No response', 'no accepted key under this id', job.jid), {
      tally,
      show,
    })
  }
  return tally
}

async function showMissing(
  id: string,
  text: string,
  { tally, show }: { tally: Tally; show: Show },
): Promise<void> {
  tally.missing.push(id)
  if (!show.options.hideTimeout) await show.output.showReturn(id, text, { out: 'no_return', retcode: 1 })
}

/** Salt's first line, then our reason; for those that may still return also where to look later. */
function missingText(status: string, reason: string, jid: string): string {
  const first = `Minion did not return. [${status}]`
  const why = reason === '' ? first : `${first}\n${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`
  if (status === 'Not connected') return why
  return [
    why,
    'The minions may not have all finished running and any remaining minions will return upon completion. To look up the return data for this job later, run the following command:',
    '',
    `salt-run jobs.lookup_jid ${jid}`,
  ].join('\n')
}

function printSummary(targeted: number, tally: Tally, { terminal }: Show): void {
  const line = '-'.repeat(43)
  terminal.print(
    [
      '\n',
      line,
      'Summary',
      line,
      `# of minions targeted: ${targeted}`,
      `# of minions returned: ${tally.retcodes.length}`,
      `# of minions that did not return: ${tally.missing.length}`,
      `# of minions with errors: ${tally.errors}`,
      line,
    ].join('\n'),
  )
}

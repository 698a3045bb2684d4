// SPDX-License-Identifier: Apache-2.0
import type { BatchOptions, BatchRun, JobRun, LocalClient, PublishOptions } from '@halite/client'
import { exitCodes } from '@halite/core'
import type { SaltCall } from '../arguments.ts'
import { verdictOfJob } from '../exit.ts'
import type { Output } from '../output.ts'
import { ProgressWatch, reportingCall } from '../state-progress.ts'
import { targetHint } from '../target-hint.ts'
import { parseWord } from '../words.ts'
import { isHidden, printSummary, type Show, showAnswers } from './salt-report.ts'

/** Sends the job of a command line, shows what comes of it, and resolves to the exit code. */
export async function runSalt(client: LocalClient, asked: SaltCall, show: Show): Promise<number> {
  const { options } = show
  const narrow = await narrowed(client, asked, show)
  const call = options.progress ? reportingCall(narrow) : narrow
  if (call.tgt.length === 0) return nobody(asked, show)
  const settings = settingsOf(call, show)
  const batch = await batchOf(client, call, show)
  if (options.async) {
    const { jid, warning } = await client.runJob(call.tgt, call.fun, call.arg, { ...settings, ...batch })
    return jid === undefined ? nobody(call, show) : begun(jid, warning, show)
  }
  using progress = options.progress ? await ProgressWatch.open(client, show.terminal) : undefined
  const interrupt = new AbortController()
  const onInterrupt = () => interrupt.abort()
  process.once('SIGINT', onInterrupt)
  try {
    const following = { ...settings, signal: interrupt.signal }
    const run =
      batch === undefined
        ? await client.run(call.tgt, call.fun, call.arg, following)
        : await client.runBatch(call.tgt, call.fun, call.arg, { ...following, ...batch })
    if (run === undefined) return nobody(call, show)
    progress?.follow(run.jid)
    return await follow(run, show, interrupt.signal)
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

/** With `--subset` the call is for some of its minions. */
async function narrowed(client: LocalClient, call: SaltCall, { options }: Show): Promise<SaltCall> {
  const { subset, delimiter, timeout } = options
  if (subset === undefined || subset <= 0) return call
  const how = { tgtType: call.tgtType, delimiter, ...(timeout === undefined ? {} : { timeout }) }
  const tgt = await client.chooseSubset(call.tgt, call.fun, { subset, ...how })
  return { ...call, tgt, tgtType: 'list' }
}

function settingsOf(call: SaltCall, { options, config, log }: Show): PublishOptions {
  return {
    tgtType: call.tgtType,
    timeout: options.timeout ?? config.timeout,
    onUndecided: (ids) => log.warning(undecidedText(ids)),
    ...(options.delimiter === ':' ? {} : { delimiter: options.delimiter }),
    ...(options.startEvent ? { startEvent: true } : {}),
    ...(options.return === undefined ? {} : { ret: options.return }),
    ...(options.metadata === undefined ? {} : { metadata: parseWord(options.metadata) }),
  }
}

/** How to go round in groups: as asked, or because the target has more minions than the limit that was set. */
async function batchOf(
  client: LocalClient,
  call: SaltCall,
  { options, config, output }: Show,
): Promise<BatchOptions | undefined> {
  const how = { batchWait: options.batchWait, failhard: options.failhard }
  if (options.batch !== undefined) return { batch: options.batch, ...how }
  const limit = config.batch_safe_limit
  if (limit <= 0) return undefined
  const minions = await client.preview(call.tgt, { tgtType: call.tgtType, delimiter: options.delimiter })
  if (minions.length < limit) return undefined
  output.note('\nNOTICE: Too many minions targeted, switching to batch execution.')
  return { batch: config.batch_safe_size, ...how }
}

/** Of these nobody can say whether the target means them: no failure, and no return to wait for. */
function undecidedText(ids: readonly string[]): string {
  const shown = ids.slice(0, maxNamed).join(' ')
  const more = ids.length > maxNamed ? ` and ${ids.length - maxNamed} more` : ''
  return `not targeted, since their grains or pillar are not known: ${shown}${more}`
}

const maxNamed = 20

async function begun(jid: string, warning: string | undefined, { output, log }: Show): Promise<number> {
  if (warning !== undefined) log.warning(warning)
  output.note(`Executed command with job ID: ${jid}`)
  if (output.isForPrograms) await output.show(new Map([['jid', jid]]))
  await output.close()
  return exitCodes.ok
}

async function nobody(call: SaltCall, { output, terminal }: Show): Promise<number> {
  output.note('No minions matched the target. No command was sent, no jid was assigned.')
  await closeWithDocument(output)
  terminal.remark('ERROR: No return received')
  const hint = targetHint(call)
  if (hint !== undefined) terminal.remark(hint)
  return exitCodes.noReturn
}

/** A program that reads the results finds a document even if there are no results: an empty one. */
async function closeWithDocument(output: Output): Promise<void> {
  if (output.isForPrograms && output.isEmpty) await output.show(new Map())
  await output.close()
}

/** Shows a job from its jid to its summary; resolves to the exit code, which is the same with and without a batch. */
async function follow(run: JobRun | BatchRun, show: Show, interrupted: AbortSignal): Promise<number> {
  const { options, config, output, terminal, log } = show
  log.debug('job published', { jid: run.jid, minions: run.minions.length, unknown: run.unknown })
  if ('warning' in run && run.warning !== undefined) log.warning(run.warning)
  if (options.showJid || config.show_jid) output.note(`jid: ${run.jid}`)
  if (options.verbose) output.note(`Executing job with jid ${run.jid}\n${'-'.repeat(43)}\n`)
  const tally = await showAnswers(run, show)
  await closeWithDocument(output)
  if (interrupted.aborted) {
    terminal.remark(interruptedText(run.jid))
    return exitCodes.generic
  }
  if (options.summary || config.cli_summary) printSummary(tally, show)
  const verdict = verdictOfJob({
    retcodes: tally.retcodes,
    missing: tally.missing.length,
    hidden: isHidden(show),
  })
  if (verdict.complaint !== undefined) terminal.remark(verdict.complaint)
  return verdict.exitCode
}

function interruptedText(jid: string): string {
  return [
    '\nExiting gracefully on Ctrl-c',
    `This job's jid is: ${jid}`,
    'The minions may not have all finished running and any remaining minions will return upon completion. To look up the return data for this job later, run the following command:',
    '',
    `salt-run jobs.lookup_jid ${jid}`,
  ].join('\n')
}

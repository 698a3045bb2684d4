// SPDX-License-Identifier: Apache-2.0
import {
  type Answer,
  type BatchAnswer,
  BatchRun,
  type JobRun,
  type MissingReturn,
  missingText,
  unknownMinion,
} from '@halite/client'
import { type Logger, type MasterOptions, pythonRepr } from '@halite/core'
import type { Command } from '../main.ts'
import type { saltTool } from '../options/salt.ts'
import type { Output } from '../output.ts'
import type { Terminal } from '../terminal.ts'

/** What `salt` shows its answers with. */
export interface Show {
  readonly options: Parameters<Command<typeof saltTool.options>>[0]['options']
  readonly config: MasterOptions
  readonly output: Output
  readonly terminal: Terminal
  readonly log: Logger
}

/** How a job went, minion by minion. */
export interface Tally {
  readonly retcodes: number[]
  /** Ids that returned with a code that is not 0. */
  readonly failed: string[]
  readonly missing: { readonly id: string; readonly status: MissingReturn['status'] }[]
}

/** Whether minions that did not return are left out of the output. */
export function isHidden({ options, config }: Show): boolean {
  return options.hideTimeout || (!config.show_timeout && !options.showTimeout && !options.verbose)
}

/** Shows each answer as it comes; ids a list names that nobody has are answers too: that they will not come. */
export async function showAnswers(run: JobRun | BatchRun, show: Show): Promise<Tally> {
  const tally: Tally = { retcodes: [], failed: [], missing: [] }
  const view =
    run instanceof BatchRun && !show.options.static ? batchView(run.jid, show) : jobView(run.jid, show)
  for await (const answer of run as AsyncIterable<BatchAnswer>) {
    if (answer.type === 'run') show.log.debug('the batch goes on', { minions: answer.minions })
    else count(answer, tally, show.log)
    await view(answer)
  }
  for (const id of run.unknown) {
    const answer = unknownMinion(id)
    tally.missing.push(answer)
    await jobView(run.jid, show)(answer)
  }
  const notRun = tally.missing.filter(({ status }) => status === 'Not run').map(({ id }) => id)
  if (notRun.length > 0 && run instanceof BatchRun) show.terminal.remark(`Not run on: ${notRun.join(' ')}`)
  return tally
}

/** Counts at the end; with `--verbose` also names. */
export function printSummary({ retcodes, failed, missing }: Tally, { options, output }: Show): void {
  const line = '-'.repeat(43)
  const named = (text: string, ids: readonly string[]) =>
    ids.length > 0 ? [`${text}: ${ids.join(' ')}`] : []
  const missed = (status: string) => missing.filter((one) => one.status === status).map(({ id }) => id)
  const names = [
    ...named('Minions not connected', missed('Not connected')),
    ...named('Minions not responding', missed('No response')),
    ...named('Minions with failures', failed),
  ]
  output.note(
    [
      '\n',
      line,
      'Summary',
      line,
      `# of minions targeted: ${retcodes.length + missing.length}`,
      `# of minions returned: ${retcodes.length}`,
      `# of minions that did not return: ${missing.length}`,
      `# of minions with errors: ${failed.length}`,
      ...(options.verbose ? names : []),
      line,
    ].join('\n'),
  )
}

type View = (answer: Answer | BatchAnswer) => Promise<void>

function count(answer: Answer, tally: Tally, log: Logger): void {
  if (answer.type === 'missing') {
    log.debug('no return', { id: answer.id, status: answer.status, reason: answer.reason })
    tally.missing.push(answer)
    return
  }
  log.debug('return', { id: answer.id, retcode: answer.retcode })
  tally.retcodes.push(answer.retcode)
  if (answer.retcode !== 0) tally.failed.push(answer.id)
}

/** Each minion with its return, or with the reason why it is missing. */
function jobView(jid: string, show: Show): View {
  return async (answer) => {
    if (answer.type === 'run') return
    if (answer.type === 'return') {
      const { id, ret, out, retcode } = answer
      await show.output.showReturn(id, ret, { out, retcode })
    } else if (!isHidden(show)) {
      await show.output.showReturn(answer.id, missingReport(answer, jid), { out: 'no_return', retcode: 1 })
    }
  }
}

/**
 * As Salt shows a batch: each group as it begins, each return with jid and retcode; without those two where they would stand
 * again and again in what is read as one text.
 */
function batchView(jid: string, show: Show): View {
  const { output } = show
  const block = (id: string, value: unknown) => (retcode: number, out?: string) =>
    output.show(
      new Map<string, unknown>([
        ...(output.isReadTogether
          ? []
          : ([
              ['retcode', retcode],
              ['jid', jid],
            ] as const)),
        [id, value],
      ]),
      { out, retcode, isReturn: true },
    )
  return async (answer) => {
    if (answer.type === 'run') output.note(`\nExecuting run on ${pythonRepr([...answer.minions])}\n`)
    else if (answer.type === 'return') await block(answer.id, answer.ret)(answer.retcode, answer.out)
    else if (isHidden(show)) return
    else if (output.isForPrograms || answer.status === 'No response') {
      await block(answer.id, missingReport(answer, jid))(1)
    } else if (answer.status === 'Not connected') {
      output.note(`Minion ${answer.id} did not respond. No job will be sent.\n${sentence(answer.reason)}`)
    }
  }
}

/** Why there is no return; for those that may still return also where to look later. */
function missingReport({ status, reason }: Pick<MissingReturn, 'status' | 'reason'>, jid: string): string {
  const why = missingText(status, reason)
  if (status !== 'No response') return why
  return [
    why,
    'The minions may not have all finished running and any remaining minions will return upon completion. To look up the return data for this job later, run the following command:',
    '',
    `salt-run jobs.lookup_jid ${jid}`,
  ].join('\n')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

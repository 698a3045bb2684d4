// SPDX-License-Identifier: Apache-2.0
import { type ExecContext, type Failed, failed } from '@halite/loader'
import { checkKeywords } from '../parts/keywords.ts'
import type { Command, Outcome } from './command.ts'
import { isFromOutside } from './from-outside.ts'
import { checkPermitted } from './permitted.ts'
import { renderedCall } from './rendered.ts'

/** The arguments of a function of `cmd`, bound. */
export type CommandValues = Omit<Command, 'throughShell'> & {
  readonly python_shell?: boolean | undefined
  readonly template?: string | undefined
  readonly saltenv?: string | undefined
  readonly kwargs: Readonly<Record<string, unknown>>
}

/**
 * The values of a call as a command. A call from outside has a shell read it by default, and may be refused by the
 * configuration; from a module only with the option `cmd_safe` off. Rejects with `ARGUMENTS_INVALID` or `COMMAND_FAILED` for
 * what is refused, and as `ctx.render.text` for a template.
 */
export async function commandOf(ctx: ExecContext, name: string, given: CommandValues): Promise<Command> {
  checkKeywords(name, given.kwargs)
  const values = await renderedCall(ctx, given)
  const fromOutside = isFromOutside(ctx, values.kwargs)
  if (fromOutside) checkPermitted(ctx, values.cmd)
  const runas = values.runas ?? ctx.state?.runas
  const throughShell = values.python_shell ?? (fromOutside || ctx.options['cmd_safe'] === false)
  return { ...values, runas, throughShell }
}

/** An outcome without its output, where that is to stay hidden. */
export function visible(outcome: Outcome, hideOutput: boolean): Outcome {
  return hideOutput ? { ...outcome, stdout: '', stderr: '' } : outcome
}

/** The return value, which carries the command's exit code to the job unless that is to be ignored. */
export function settled<V>(
  { ignore_retcode }: { ignore_retcode: boolean },
  { retcode }: Outcome,
  value: V,
): V | Failed {
  return retcode === null || retcode === 0 || ignore_retcode ? value : failed(value, retcode)
}

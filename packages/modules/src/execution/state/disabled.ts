// SPDX-License-Identifier: Apache-2.0
import { type ExecContext, type Failed, failed } from '@halite/loader'
import { retcodes } from './retcodes.ts'
import { splitWords } from './split.ts'

const grain = 'state_runs_disabled'

/** The states and sls names that are switched off on this minion. */
export function disabledNames({ grains }: ExecContext): readonly string[] {
  const value = grains[grain]
  return Array.isArray(value) ? value.map(String) : []
}

/** Why sls files may not run, in Salt's words; undefined when all may. */
export function disabledProblem(ctx: ExecContext, names: readonly string[]): Failed | undefined {
  const disabled = disabledNames(ctx)
  const problems = names.flatMap((name) =>
    disabled.flatMap((one) => {
      if (one.includes('.*')) {
        const prefix = `${one.split('.')[0]}.`
        return name.startsWith(prefix)
          ? [
              `The state file "${name}" is currently disabled by "${one}", to re-enable, run state.enable ${one}.`,
            ]
          : []
      }
      return one === name
        ? [`The state file "${one}" is currently disabled, to re-enable, run state.enable ${one}.`]
        : []
    }),
  )
  return problems.length === 0 ? undefined : failed(problems, retcodes.compilerError)
}

/** `state.disable` and `state.enable`: keeps the list in a grain. */
export async function switchStates(
  ctx: ExecContext,
  states: unknown,
  to: 'enabled' | 'disabled',
): Promise<{ res: boolean; msg: string }> {
  const before = disabledNames(ctx)
  let names = [...before]
  const lines = splitWords(states).map((state) => {
    const isThere = names.includes(state)
    if (isThere === (to === 'disabled')) return `Info: ${state} state already ${to}.`
    names = isThere ? names.filter((name) => name !== state) : [...names, state]
    return `Info: ${state} state ${to}.`
  })
  if (names.length !== before.length) await ctx.call('grains.setval', [grain, names])
  await ctx.daemon?.refreshModules()
  return { res: true, msg: lines.join('\n') }
}

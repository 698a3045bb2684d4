// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { isAvailable, type Patience, patienceProblem, tryUntil } from './attempts.ts'

interface Until extends Patience {
  readonly name: string
  readonly m_args?: readonly unknown[] | undefined
  readonly m_kwargs?: Readonly<Record<string, unknown>> | undefined
  readonly condition?: string | undefined
}

/** Calls the function until the condition holds. */
export async function until(ctx: StateContext, args: Until): Promise<StateReturn> {
  const { name, m_args: positional = [], m_kwargs: keywords = {}, condition } = args
  if (!(await isAvailable(ctx, name))) return failure(`Cannot find module ${name}`)
  if (condition === undefined) return failure('An exit condition must be specified')
  const problem = patienceProblem(args)
  if (problem !== undefined) return failure(problem)
  if (ctx.state.test) {
    return { changes: {}, result: null, comment: `The execution module ${name} will be run` }
  }
  const template = templateOf(condition)
  const isMet = await tryUntil(ctx, args, async () => {
    const value = await ctx.call(name, positional, keywords)
    return (await holds(ctx, template, value)) || undefined
  })
  return isMet
    ? { changes: {}, result: true, comment: `Condition ${condition} was met` }
    : failure(`Timed out while waiting for condition ${condition}`)
}

/** The condition as a template: what Python and templates write in two ways is put into theirs. */
function templateOf(condition: string): string {
  if (/[{%#]\}|\{[{%#]/.test(condition)) {
    throw new SaltError('ARGUMENTS_INVALID', `the condition is no expression: ${condition}`, {
      hint: 'Write it without {{ }} and {% %}, such as: m_ret["status"] == "ok".',
    })
  }
  const expression = condition
    .replace(/\bis\s+(not\s+)?(True|False|None)\b/g, (_all, not = '', word: string) => {
      return `is ${not}${word.toLowerCase()}`
    })
    .replace(/\blen\(([\w.[\]'"]+)\)/g, '($1|length)')
  return `{% if ${expression} %}1{% endif %}`
}

async function holds(ctx: StateContext, text: string, value: unknown): Promise<boolean> {
  return (await ctx.render.text({ text, name: 'condition', context: { m_ret: value } })) !== ''
}

function failure(comment: string): StateReturn {
  return { changes: {}, result: false, comment }
}

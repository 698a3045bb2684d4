// SPDX-License-Identifier: Apache-2.0
import { isMap, pythonStr, valueAt } from '@halite/core'
import { arg, defineState, type StateContext, type StateReturn, stateFn } from '@halite/loader'

/** `status`: what a machine is busy with, as states that fail when it is not as it should be. */
export default defineState({
  name: 'status',
  doc: 'Checks what a machine is busy with; changes nothing.',
  functions: {
    loadavg: stateFn({
      doc: 'Succeed when the load is within limits. ``name`` is ``1-min``, ``5-min`` or ``15-min``.',
      examples: [`salt '*' state.single status.loadavg name=5-min maximum=4`],
      args: {
        maximum: arg.number('The most load that is fine.').optional(),
        minimum: arg.number('The least load that is fine.').optional(),
      },
      run: (ctx, args) => loadavg(ctx, args),
    }),
    process: stateFn({
      doc: 'Succeed when a process runs whose command line a regular expression, ``name``, is found in.',
      examples: [`salt '*' state.single status.process nginx`],
      args: {},
      run: (ctx, { name }) => findProcess(ctx, name),
    }),
  },
})

interface Limits {
  readonly name: string
  readonly maximum?: number | undefined
  readonly minimum?: number | undefined
}

async function loadavg(ctx: StateContext, { name, maximum, minimum }: Limits): Promise<StateReturn> {
  const all = await ctx.call('status.loadavg')
  const load = isMap(all) ? valueAt(all, name) : undefined
  if (load === undefined) return failure(`Requested load average ${name} not available `)
  if (minimum && maximum && minimum >= maximum) return failure('Min must be less than max')
  const data = Number(load)
  if (minimum && data < minimum) return failure(`Load avg is below minimum of ${minimum} at ${data}`, data)
  if (maximum && data > maximum) return failure(`Load avg above maximum of ${maximum} at ${data}`, data)
  return { changes: {}, result: true, comment: 'Load avg in acceptable range', data }
}

async function findProcess(ctx: StateContext, name: string): Promise<StateReturn> {
  const data = pythonStr(await ctx.call('status.pid', [name]))
  if (data === '') return failure(`Process signature "${name}" not found `)
  return { changes: {}, result: true, comment: `Process signature "${name}" was found `, data }
}

function failure(comment: string, data: unknown = {}): StateReturn {
  return { changes: {}, result: false, comment, data }
}

// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, type StateContext, type StateReturn, stateFn } from '@halite/loader'
import { runFunctions } from './module/functions.ts'
import { runNamed } from './module/named.ts'

const others = {
  kwargs: arg.keywords(
    'Functions by full name, each with a list of its arguments; or the arguments of the one that ``name`` names.',
  ),
}

type Keywords = Readonly<Record<string, unknown>>

/** `module`: execution functions as states. */
export default defineState({
  name: 'module',
  doc: 'Calls execution functions. Whether a function changes anything is not known: what it returns always counts as a change.',
  functions: {
    run: stateFn({
      doc: 'Call functions, each with a list of arguments. The older form names one function, and its arguments stand beside ``name``; those that are called ``name``, ``names``, ``fun``, ``state`` or ``saltenv`` are written with ``m_`` before them.',
      examples: [
        `salt '*' state.single module.run test.echo='[{text: hello}]' name=greet`,
        `salt '*' state.single module.run name=test.echo text=hello`,
      ],
      args: others,
      run: (ctx, { name, kwargs }) => run(ctx, name, kwargs),
    }),
    wait: stateFn({
      doc: 'Call functions as ``module.run`` does, but only when a state that this one watches changed.',
      args: others,
      run: () => ({ changes: {}, result: true, comment: '' }),
    }),
    watch: stateFn({
      doc: 'The same as ``module.wait``.',
      args: others,
      run: () => ({ changes: {}, result: true, comment: '' }),
    }),
    mod_watch: stateFn({
      doc: 'Called when a state that one of these watches changed: does what ``module.run`` does.',
      args: { sfun: arg.string('The function that was asked for.').optional(), ...others },
      run: (ctx, { name, kwargs }) => run(ctx, name, kwargs),
    }),
  },
})

/** Which form it is written in shows in its arguments: full names of functions, or anything else. */
function run(ctx: StateContext, name: string, kwargs: Keywords): Promise<StateReturn> {
  const keys = Object.keys(kwargs).filter((key) => !key.startsWith('__'))
  const isNamed = !keys.some((key) => key.includes('.')) || keys.some((key) => !isOfFunctions(key))
  ctx.log.debug(`${isNamed ? 'Detected legacy' : 'Using new style'} module.run syntax: ${ctx.state.id}`)
  return isNamed ? runNamed(ctx, name, kwargs) : runFunctions(ctx, kwargs)
}

function isOfFunctions(key: string): boolean {
  return key.includes('.') || key === 'returner'
}

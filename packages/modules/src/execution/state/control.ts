// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { disabledNames, switchStates } from './disabled.ts'

/** The functions of `state` that say what may run. */
export const controlFunctions = {
  disable: fn({
    doc: 'Switch sls files, or ``highstate``, off on this minion.',
    examples: [`salt '*' state.disable highstate`, `salt '*' state.disable test.succeed_without_changes`],
    args: { states: arg.any('Names, or ``module.*``; several with commas between.') },
    run: (ctx, { states }) => switchStates(ctx, states, 'disabled'),
  }),
  enable: fn({
    doc: 'Switch what was switched off on again.',
    examples: [`salt '*' state.enable highstate`],
    args: { states: arg.any('Names, or ``module.*``; several with commas between.') },
    run: (ctx, { states }) => switchStates(ctx, states, 'enabled'),
  }),
  list_disabled: fn({
    doc: 'Return what is switched off on this minion.',
    examples: [`salt '*' state.list_disabled`],
    run: (ctx) => disabledNames(ctx),
  }),
}

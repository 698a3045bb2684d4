// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { until } from './loop/until.ts'
import { untilEqual } from './loop/until-equal.ts'

const period = arg.any('Seconds between two calls.').default(1)
const timeout = arg.any('Seconds until it gives up.').default(60)

/** `loop`: calls of a function until it returns what is waited for. */
export default defineState({
  name: 'loop',
  doc: 'Calls an execution function, which ``name`` names, again and again until it returns what is waited for.',
  functions: {
    until: stateFn({
      doc: 'Call until a condition holds. The condition is an expression over ``m_ret``, what the function returned, as templates have them.',
      examples: [
        `salt '*' state.single loop.until name=service.status m_args='[nginx]' condition='m_ret == True'`,
      ],
      args: {
        m_args: arg.list('Arguments of the function by place.').optional(),
        m_kwargs: arg.map('Arguments of the function by name.').optional(),
        condition: arg.string('The condition.').optional(),
        period,
        timeout,
      },
      run: (ctx, args) => until(ctx, args),
    }),
    until_no_eval: stateFn({
      doc: 'Call until the return compares as is asked with what is expected.',
      examples: [`salt '*' state.single loop.until_no_eval name=test.ping expected=True`],
      args: {
        expected: arg.any('What the return is compared with.'),
        compare_operator: arg
          .string(
            '``eq``, ``ne``, ``lt``, ``le``, ``gt``, ``ge``, ``contains``, ``is_``, ``is_not``, or an execution function that takes both.',
          )
          .default('eq'),
        timeout,
        period,
        init_wait: arg.seconds('Seconds before the first call.').default(0),
        args: arg.list('Arguments of the function by place.').optional(),
        kwargs: arg.map('Arguments of the function by name.').optional(),
      },
      run: (ctx, args) => untilEqual(ctx, args),
    }),
  },
})

// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { checkAnswer } from './http/check-answer.ts'
import { waitForAnswer } from './http/wait.ts'

const checkArguments = {
  match: arg.any('A text that the answer must have.').default(null),
  match_type: arg.string('``string``, or ``pcre``, and then it is a regular expression.').default('string'),
  status: arg.any('The status code of the answer; of a list one of them.').default(null),
  status_type: arg
    .string('``string``, ``list``, or ``pcre``, and then it is a regular expression.')
    .default('string'),
}
const others = { kwargs: arg.keywords('Further arguments of ``http.query``.') }

/** `http`: what web servers answer, as states. */
export default defineState({
  name: 'http',
  doc: 'Asks a web server, and succeeds when the answer is as asked. ``name`` is the URL.',
  functions: {
    query: stateFn({
      doc: 'Ask once, or with ``wait_for`` until the server answers without an error, and compare the answer.',
      examples: [`salt '*' state.single http.query name=https://example.com/ status=200`],
      args: {
        ...checkArguments,
        wait_for: arg.seconds('Seconds in which the server must come to answer without an error.').optional(),
        ...others,
      },
      run: (ctx, args) => checkAnswer(ctx, args),
    }),
    wait_for_successful_query: stateFn({
      doc: 'Ask as ``http.query`` does until the answer is as asked.',
      examples: [
        `salt '*' state.single http.wait_for_successful_query name=https://example.com/ status=200 wait_for=60`,
      ],
      args: {
        wait_for: arg.seconds('Seconds until it gives up.').default(300),
        ...checkArguments,
        ...others,
      },
      run: (ctx, args) => waitForAnswer(ctx, args),
    }),
  },
})

// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, failed, fn } from '@halite/loader'
import { argumentFunctions } from './test/arguments.ts'
import { errorFunctions } from './test/errors.ts'
import { loaderFunctions } from './test/loader.ts'
import { versionFunctions } from './test/versions.ts'
import { workFunctions } from './test/work.ts'

/** `test`: whether a minion answers, and how it takes arguments, fails, and takes its time. */
export default defineModule({
  name: 'test',
  doc: 'Shows that a minion answers, and how it takes arguments, fails, waits and computes.',
  functions: {
    ping: fn({
      doc: 'Answer ``True``, to show that the minion is up. This is a job, not an ICMP ping.',
      examples: ["salt '*' test.ping"],
      inline: true,
      run: () => true,
    }),
    echo: fn({
      doc: 'Return what was sent.',
      examples: ["salt '*' test.echo 'foo bar baz quo qux'"],
      args: { text: arg.any('What to send back.') },
      inline: true,
      run: (_ctx, { text }) => text,
    }),
    true: fn({
      doc: 'Return ``True``.',
      examples: ["salt '*' test.true"],
      inline: true,
      run: () => true,
    }),
    false: fn({
      doc: 'Return ``False``. That is a value like any other: the return code stays 0.',
      examples: ["salt '*' test.false"],
      inline: true,
      run: () => false,
    }),
    retcode: fn({
      doc: 'Return ``True`` with a return code of its own, to see what clients make of it.',
      examples: ["salt '*' test.retcode 42"],
      args: { code: arg.integer('The return code.').default(42) },
      inline: true,
      run: (_ctx, { code }) => failed(true, code),
    }),
    outputter: fn({
      doc: 'Return the data passed in, to see how an outputter shows it.',
      examples: ["salt '*' test.outputter foobar"],
      args: { data: arg.any('What to show.') },
      inline: true,
      run: (_ctx, { data }) => data,
    }),
    ...argumentFunctions,
    ...errorFunctions,
    ...loaderFunctions,
    ...versionFunctions,
    ...workFunctions,
  },
})

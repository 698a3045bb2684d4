// SPDX-License-Identifier: Apache-2.0
import { arg, defineModule, fn } from '@halite/loader'

type Level = 'debug' | 'info' | 'warning' | 'error' | 'critical'

/** `log`: writes to the minion's log, so that templates can say what they found. */
export default defineModule({
  name: 'log',
  doc: "Writes to the minion's log, for templates that say what they found.",
  functions: {
    debug: writes('debug', 'debug'),
    info: writes('info', 'info'),
    warning: writes('warning', 'warning'),
    error: writes('error', 'error'),
    critical: writes('critical', 'critical'),
    exception: writes('exception', 'error'),
  },
})

/** A function that logs its message; like Salt's, it always returns True. */
function writes(name: string, level: Level) {
  return fn({
    doc: `Log a message at the level ${level}. Returns \`\`True\`\`.`,
    examples: [`salt '*' log.${name} 'Please note'`],
    args: { message: arg.string('The message.') },
    run: ({ log }, { message }) => {
      log[level](message)
      return true
    },
  })
}

// SPDX-License-Identifier: Apache-2.0
import { isMap, keysOf, mapOf, parseYaml, pythonStr, SaltError, valueAt } from '@halite/core'
import { defineTops } from '@halite/loader'
import { splitWords } from '../execution/cmd/split-words.ts'

/** Most that the command may print. */
const maxOutputBytes = 4 * 1024 * 1024

/** The classes that an external node classifier prints. */
export default defineTops({
  name: 'ext_nodes',
  doc: 'An external node classifier, ``ext_nodes: /usr/local/bin/classify --env prod``: it is run, never by a shell, with the id of the minion as its last argument, and prints YAML: ``classes`` is a list, or a map whose keys count, of sls files, ``environment`` where they are (``base``).',
  async top(ctx, command) {
    if (typeof command !== 'string' || command.trim() === '')
      throw new SaltError('CONFIG_INVALID', 'master_tops: ext_nodes wants a command, in one line')
    const argv = splitWords(command)
    const { retcode, stdout, stderr, truncated } = await ctx.run([...argv, ctx.id], { maxOutputBytes })
    if (truncated)
      throw new SaltError('VALUE_TOO_LARGE', `its command prints more than ${maxOutputBytes} bytes`)
    if (retcode !== 0) {
      const why = stderr.toString('utf8').trim().split('\n').at(-1) ?? ''
      throw new SaltError('COMMAND_FAILED', `its command ended with code ${retcode}${why && `: ${why}`}`)
    }
    return topOf(parseYaml(stdout.toString('utf8'), 'ext_nodes'))
  },
})

/** What is no list of classes gives nothing, as in Salt. */
function topOf(data: unknown) {
  if (!isMap(data)) return {}
  const classes = valueAt(data, 'classes')
  const names = isMap(classes) ? keysOf(classes) : classes
  if (!Array.isArray(names)) return {}
  const env = valueAt(data, 'environment')
  return mapOf([[env === undefined ? 'base' : pythonStr(env), names.map(pythonStr)]])
}

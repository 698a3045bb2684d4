// SPDX-License-Identifier: Apache-2.0
import { isMap, parseYaml, SaltError, textKeyed } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** Options that were settled before the call: where files come from, and who the minion is. */
const settled = ['file_client', 'file_roots', 'fileserver_backend', 'id', 'master', 'pillar_roots']

/**
 * The options of a call with `localconfig`: those of the file win over those of the minion. Throws `ARGUMENTS_INVALID` for a file that is
 * missing or holds no map.
 */
export async function localOptions(
  ctx: ExecContext,
  path: string | undefined,
): Promise<ExecContext['options']> {
  if (path === undefined || path === '') return ctx.options
  const text = await ctx.fs.readTextIfThere(path)
  if (text === undefined) throw invalid(`there is no file ${path}`)
  const read = parseYaml(text, path)
  if (read !== null && !isMap(read)) throw invalid(`${path} is no map of options`)
  const own = read === null ? {} : textKeyed(read)
  const idle = settled.filter((name) => Object.hasOwn(own, name))
  if (idle.length > 0) {
    ctx.log.warning('options of localconfig that count for nothing: they were settled before the call', {
      path,
      options: idle.join(', '),
    })
  }
  const taken = Object.entries(own).filter(([name]) => !idle.includes(name))
  return { ...ctx.options, ...Object.fromEntries(taken) }
}

function invalid(problem: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', `localconfig: ${problem}`, {
    hint: 'Give the path of a YAML file of options on the minion.',
  })
}

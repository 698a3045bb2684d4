// SPDX-License-Identifier: Apache-2.0
import { hasKey, isMap } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/**
 * What whoever changed static grains has to know: those that the configuration sets as well keep its value, since the option
 * `grains` wins over the file. Empty when there are none.
 */
export function configuredNotice(
  { options }: Pick<ExecContext, 'options'>,
  names: readonly string[],
): string {
  const { grains, conf_file: file } = options
  const kept = isMap(grains) ? names.filter((name) => hasKey(grains, name)) : []
  if (kept.length === 0) return ''
  const which = kept.map((name) => `'${name}'`).join(', ')
  return `The configuration (${file}) sets ${which} too: its value stays in force until it is removed there.`
}

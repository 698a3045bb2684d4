// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

type Changes = ReadonlyMap<string, { readonly old: string; readonly new: string }>

/** Something that went wrong on the way: what did change is told too. */
export function packageProblem(
  what: string,
  { errors, changes }: { readonly errors: readonly string[]; readonly changes: Changes },
): SaltError {
  const listed = errors.map((error) => `    - ${error.split('\n').join('\n      ')}`)
  const comment = [`${what}. Additional info follows:`, '', 'errors:', ...listed].join('\n')
  const changed = [...changes].map(
    ([name, change]) => `    ${name}: ${change.old || 'none'} -> ${change.new || 'none'}`,
  )
  const message = changed.length === 0 ? comment : [comment, 'changes:', ...changed].join('\n')
  return new SaltError('COMMAND_FAILED', message, {
    data: { comment, changes: Object.fromEntries(changes) },
  })
}

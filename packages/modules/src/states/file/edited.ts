// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import { isSaltError, messageOf, systemCodeOf } from '@halite/core'
import type { StateContext } from '@halite/loader'
import { failure, type Result } from './result.ts'

/** Why a file cannot be edited; undefined for one that can. */
export async function wrongFile({ fs }: StateContext, name: string): Promise<string | undefined> {
  if (!isAbsolute(name)) return `Specified file ${name} is not an absolute path`
  return (await fs.exists(name)) ? undefined : `${name}: file not found`
}

/** The result of an edit: `changes` as a function of the module returns them, a difference or true. */
export function editedResult(
  { state: { test } }: StateContext,
  changes: string | boolean,
  planned = 'Changes would be made',
): Result {
  if (changes === '' || changes === false)
    return { changes: {}, result: true, comment: 'No changes needed to be made' }
  const result = test ? null : true
  return { changes: { diff: changes }, result, comment: test ? planned : 'Changes were made' }
}

/** What `work` gives; what goes wrong on the way as a result that failed. */
export async function tried(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isSaltError(error) && systemCodeOf(error) === undefined) throw error
    return failure(messageOf(error))
  }
}

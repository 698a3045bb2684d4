// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'

/** ` (web.sls:3:5)`: where a file is wrong, as far as it is known. */
export function placeOf(error: unknown): string {
  const { template, file, line, column, isRendered } = (isSaltError(error) && error.data) || {}
  const parts = [template ?? file, line, column].filter((part) => part !== undefined)
  if (parts.length === 0) return ''
  return ` (${parts.join(':')}${isRendered && line !== undefined ? ' of the rendered text' : ''})`
}

/** A problem with the name of its file relative to the roots: where these lie is the master's affair. */
export function withoutRoot(problem: string, error: unknown): string {
  if (!isSaltError(error) || error.code === 'TEMPLATE_FAILED' || error.code === 'RENDERER_UNKNOWN') {
    return problem
  }
  const { file, line, column, problem: bare } = error.data ?? {}
  if (bare !== undefined) return `${file}:${line}:${column}: ${bare}`
  return file === undefined ? problem : `${file}: ${error.code}`
}

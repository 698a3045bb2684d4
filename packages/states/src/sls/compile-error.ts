// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf } from '@halite/core'

/** An sls on the way from the one that was asked for to the one that is read. */
export interface IncludedSls {
  readonly sls: string
  readonly saltenv: string
  /** Undefined until the file is found. */
  readonly path?: string
}

/** What went wrong with the rendering of an sls: Salt's text, then the place, who includes it, and what to do. */
export function renderFailure(error: unknown, chain: readonly IncludedSls[]): string {
  const { sls, saltenv, path } = chain.at(-1) ?? { sls: '', saltenv: '' }
  const { excerpt, isRendered } = (isSaltError(error) && error.data) || {}
  const { text, line } = partsOf(messageOf(error), path)
  const place = line !== '' && isRendered ? `${line} of the rendered text` : line
  const shown = typeof excerpt === 'string' ? ['', excerpt] : []
  const file = path === undefined ? [] : [`in salt://${path}${place}`]
  const includers = chain.slice(0, -1).map((one) => one.sls)
  const included =
    includers.length === 0 ? [] : [`included by ${includers.reverse().join(', which is included by ')}`]
  const hint = isSaltError(error) && error.hint !== undefined ? [error.hint] : []
  const detail = [[...file, ...included].join(', '), ...hint].filter((one) => one !== '')
  return [`Rendering SLS '${saltenv}:${sls}' failed: ${contextOf(text)}${text}`, ...shown, ...detail].join(
    '\n',
  )
}

/** What a YAML parser says first, by how the problem begins: the line that Salt's users search their logs for. */
const parserContexts: readonly (readonly [problem: string, reading: string])[] = [
  ['did not find expected key', 'while parsing a block mapping'],
  ["did not find expected '-' indicator", 'while parsing a block collection'],
  ["did not find expected ',' or '}'", 'while parsing a flow mapping'],
  ["did not find expected ',' or ']'", 'while parsing a flow sequence'],
]

function contextOf(text: string): string {
  const reading = parserContexts.find(([problem]) => text.startsWith(problem))?.[1]
  return reading === undefined ? '' : `${reading}\n`
}

/** A message that begins with the place (`web.sls:3:1: …`): its text is Salt's alone. */
function partsOf(
  message: string,
  path: string | undefined,
): { readonly text: string; readonly line: string } {
  if (path === undefined || !message.startsWith(`${path}:`)) return { text: message, line: '' }
  const [, line, column, text] = /^(\d+):(\d+): (.*)$/s.exec(message.slice(path.length + 1)) ?? []
  return text === undefined ? { text: message, line: '' } : { text, line: `, line ${line}, column ${column}` }
}

// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf, SaltError } from '@halite/core'
import { excerpt } from '../excerpt.ts'
import { type ProblemKind, TemplateMissing, TemplateProblem } from './runtime/errors.ts'
import type { Frame } from './runtime/frames.ts'
import type { Source } from './syntax/source.ts'
import { TemplateSyntaxError } from './syntax/syntax-error.ts'

/** What Salt's messages begin with. */
const prefixes: Readonly<Record<ProblemKind, string>> = {
  variable: 'Jinja variable ',
  syntax: 'Jinja syntax error: ',
  function: 'Problem running salt function in Jinja template: ',
  error: 'Jinja error: ',
}
/** Lines shown before and behind the one that failed. */
const contextLines = 5

/**
 * Anything that ended a rendering, as one error: Salt's message, the place in the innermost template with an excerpt, and
 * the templates that led there. `frames` are those that were entered and not left, the main one first.
 */
export function renderError(error: unknown, main: Source, frames: readonly Frame[]): unknown {
  if (isAbort(error)) return error
  const { kind, message, hint } = meaningOf(error)
  const place = placeOf(error, main, frames)
  const { line, column } = place.source.placeOf(place.at)
  const isMain = place.source === main || place.source.name === main.name
  const lineText = isMain && kind !== 'error' ? `; line ${line}` : ''
  const where = isMain ? '' : `${place.source.name}(${line}):\n`
  const text = [
    `${prefixes[kind]}${message}${lineText}`,
    '',
    `${where}${excerpt(place.source, { line, column }, contextLines)}`,
    ...chain(frames, place.source),
  ].join('\n')
  return new SaltError('TEMPLATE_FAILED', text, {
    cause: error,
    ...(hint !== undefined && { hint }),
    data: { template: place.source.name, line, column, kind, problem: message },
  })
}

function isAbort(error: unknown): boolean {
  return (
    (error instanceof Error && error.name === 'AbortError') ||
    (error instanceof DOMException && error.name === 'TimeoutError')
  )
}

function meaningOf(error: unknown): {
  readonly kind: ProblemKind
  readonly message: string
  readonly hint?: string
} {
  if (error instanceof TemplateMissing) {
    return {
      kind: error.kind,
      message: error.message,
      hint: 'No file of this name is in the file roots of this environment.',
    }
  }
  if (error instanceof TemplateProblem) return { kind: error.kind, message: error.message, ...hintFor(error) }
  if (error instanceof TemplateSyntaxError) return { kind: 'syntax', message: error.message }
  if (error instanceof RangeError) return { kind: 'error', message: tooMuch(error) }
  if (isSaltError(error) && error.code !== 'VALUE_OPERATION')
    return { kind: 'function', message: error.message }
  return { kind: 'error', message: messageOf(error) }
}

/** How messages begin about a name that `salt` or one of its modules does not have. */
const missingFunction = "'salt.loader."

function hintFor(problem: TemplateProblem): { readonly hint?: string } {
  if (problem.kind !== 'variable') return {}
  if (problem.message.startsWith(missingFunction))
    return {
      hint: 'There is no function of this name here; `salt-call sys.list_functions` lists those of a minion.',
    }
  return { hint: "Correct the name, or give a value that stands in: `| default('…')`." }
}

function tooMuch(error: RangeError): string {
  return /call stack/i.test(error.message) ? 'maximum recursion depth exceeded' : error.message
}

function placeOf(error: unknown, main: Source, frames: readonly Frame[]): Frame {
  if (error instanceof TemplateSyntaxError) return { source: error.source ?? main, at: error.at }
  return frames.at(-1) ?? { source: main, at: 0 }
}

/** The templates that led to the innermost one, from there outwards. */
function chain(frames: readonly Frame[], innermost: Source): string[] {
  const others = frames.filter((frame) => frame.source !== innermost)
  const lines = others
    .map(({ source, at }) => `from ${source.name}, line ${source.placeOf(at).line}`)
    .reverse()
  return lines.filter((line, index) => line !== lines[index - 1])
}

// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { Regex } from '@halite/targeting'

/** One line of a text, and where it goes. */
export interface LinePlace {
  readonly mode: string
  readonly content?: string | undefined
  readonly match?: string | undefined
  readonly location?: string | undefined
  readonly before?: string | undefined
  readonly after?: string | undefined
  readonly indent: boolean
}

/** The lines with one put in, replaced or removed, as `mode` says. Rejects with COMMAND_FAILED where it is not clear which. */
export function editLines(given: readonly string[], wanted: LinePlace): string[] {
  const lines = [...given]
  const { mode, content = '', before, after } = wanted
  const target = wanted.match || (before === undefined && after === undefined ? wanted.content : undefined)
  const places = { before: found(lines, before), after: found(lines, after) }
  const [match] = found(lines, target) ?? []
  if (mode === 'delete') return match === undefined ? lines : lines.filter((line) => line !== match)
  if (mode === 'replace') {
    if (match === undefined) return lines
    lines[lines.indexOf(match)] = indented(content, match, wanted)
    return lines
  }
  return mode === 'insert' ? insert(lines, wanted, places) : ensure(lines, wanted, places)
}

/** The end of a line: a line feed, a carriage return, both, or nothing. */
export function lineEnd(line: string): string {
  return /(?:\r\n|\n|\r)$/.exec(line)?.[0] ?? ''
}

/** A line with the end of another one. */
export function withEnd(line: string, other: string): string {
  return `${line.trimEnd()}${lineEnd(other) || '\n'}`
}

interface Places {
  /** Lines that are meant; undefined when none is asked for. */
  readonly before: readonly string[] | undefined
  readonly after: readonly string[] | undefined
}

function found(lines: readonly string[], written: string | undefined): readonly string[] | undefined {
  if (lines.length === 0 || written === undefined || written === '') return undefined
  const regex = new Regex(written, { dotAll: true })
  return lines.filter((line) => regex.test(line) || line.includes(written))
}

function insert(lines: string[], wanted: LinePlace, { before, after }: Places): string[] {
  const { content = '', location } = wanted
  if (before === undefined && after === undefined && location === undefined)
    throw problem('On insert either "location" or "before/after" conditions are required.')
  if (location) return atEnd(lines, wanted)
  if (before?.length && after?.length) {
    only(before, 'before')
    only(after, 'after')
    put(lines, lines.indexOf(before[0] ?? ''), wanted)
  } else if (after?.length) {
    const at = lines.indexOf(only(after, 'after'))
    if (at + 1 >= lines.length || !isSame(lines[at + 1], content))
      lines.splice(at + 1, 0, indented(content, lines[at], wanted))
  } else if (before?.length) {
    const at = lines.indexOf(only(before, 'before'))
    if (!isSame(lines.at(at - 1), content)) put(lines, at, wanted)
  } else throw problem('Neither before or after was found in file')
  return lines
}

function atEnd(lines: string[], wanted: LinePlace): string[] {
  const { content = '', location } = wanted
  if (location === 'end') lines.push(indented(content, lines.at(-1), wanted))
  else if (location === 'start')
    lines.unshift(lines.length > 0 ? withEnd(content, lines[0] ?? '') : `${content}\n`)
  return lines
}

function ensure(lines: string[], wanted: LinePlace, { before, after }: Places): string[] {
  const { content = '' } = wanted
  if (before?.length && after?.length)
    return between(lines, wanted, [only(after, 'after'), only(before, 'before')])
  if (before?.length) {
    const at = lines.indexOf(only(before, 'before'))
    if (at === 0 || !isSame(lines[at - 1], content))
      lines.splice(at, 0, indented(content, lines.at(at - 1), wanted))
  } else if (after?.length) {
    const at = lines.indexOf(only(after, 'after'))
    if (at + 1 >= lines.length || !isSame(lines[at + 1], content))
      lines.splice(at + 1, 0, indented(content, lines[at], wanted))
  } else
    throw problem(
      'Wrong conditions? Unable to ensure line without knowing where to put it before and/or after.',
    )
  return lines
}

function between(lines: string[], wanted: LinePlace, [after, before]: readonly [string, string]): string[] {
  const { content = '' } = wanted
  const [first, last] = [lines.indexOf(after), lines.indexOf(before)]
  if (lines.some((line) => line.trimStart() === content)) return lines
  const line = indented(content, lines[first], wanted)
  if (first + 1 === last) lines.splice(last, 0, line)
  else if (first + 2 === last) lines[first + 1] = line
  else throw problem('Found more than one line between boundaries "before" and "after".')
  return lines
}

function put(lines: string[], at: number, wanted: LinePlace): void {
  lines.splice(at, 0, indented(wanted.content ?? '', lines[at], wanted))
}

function only(lines: readonly string[], name: string): string {
  if (lines.length === 1) return lines[0] ?? ''
  throw problem(`Found more than expected occurrences in "${name}" expression`)
}

/** A line with the blanks that another one begins with. */
function indented(line: string, other: string | undefined, { indent }: LinePlace): string {
  return indent && other !== undefined ? `${/^[\t ]*/.exec(other)?.[0] ?? ''}${line.trimStart()}` : line
}

function isSame(line: string | undefined, content: string): boolean {
  return line?.replace(/[\r\n]+$/, '') === content.replace(/[\r\n]+$/, '')
}

function problem(text: string): SaltError {
  return new SaltError('COMMAND_FAILED', text)
}

// SPDX-License-Identifier: Apache-2.0
import type { YamlFault } from './fault.ts'

/** What is wrong with a YAML document, in the reader's words, and where. */
export interface YamlProblem {
  readonly offset: number
  readonly problem: string
}

/** Line and column of an offset, counted from 1; columns count characters. Behind the end: the line below. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split(/\r\n|[\r\n\x85\u2028\u2029]/)
  if (offset > text.length) return { line: lines.length + 1, column: 1 }
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 }
}

/**
 * The problem as a reader needs it: libyaml's words, which scripts match, and what to do. A bracket or quote that the whole
 * rest of the text does not close is reported where it opens, other mistakes where libyaml sees them.
 */
export function yamlProblem(text: string, { offset, message, from }: YamlFault): YamlProblem {
  if (from !== undefined && offset >= text.trimEnd().length && openedProblems.test(message)) {
    const opens = text.charAt(from)
    return { offset: from, problem: `${message}: ${what(opens)}\`${opens}\` is not closed` }
  }
  const hint = hints.get(message)?.({ text, offset, from: from ?? offset })
  return { offset, problem: hint === undefined ? message : `${message}: ${hint}` }
}

const openedProblems = /^(?:found unexpected end of stream|did not find expected (?:node content|',' or .*))$/

function what(opens: string): string {
  return opens === '"' || opens === "'" ? 'a quote ' : ''
}

interface Seen {
  readonly text: string
  readonly offset: number
  /** Where what was being read began. */
  readonly from: number
}

/** libyaml's words → what they mean for who wrote the text. */
const hints: ReadonlyMap<string, (seen: Seen) => string | undefined> = new Map([
  ['did not find expected key', misplacedKey],
  [
    "did not find expected '-' indicator",
    () => 'this item stands deeper or less deep than the other items of its list',
  ],
  [
    "could not find expected ':'",
    ({ text, from }) => `line ${placeOf(text, from).line} has no \`:\` with a blank behind it`,
  ],
  ["did not find expected ',' or ']'", notSeparated],
  ["did not find expected ',' or '}'", notSeparated],
  ['found character that cannot start any token', badStart],
  ['found a tab character that violates indentation', () => tabHint],
  ['found a tab character where an indentation space is expected', () => tabHint],
  ['found unknown escape character', () => 'behind `\\`; in single quotes it is no escape'],
  ['found undefined alias', () => 'no `&` above gives anything this name'],
  [
    'did not find expected <document start>',
    () => 'this does not belong to what stands above; check the indentation',
  ],
  ['found unacceptable key', () => '`{{ … }}` that is not rendered, or a list or map as key'],
])

const tabHint = 'a tab cannot indent a line; use blanks'

function misplacedKey({ text, offset }: Seen): string {
  if (/^-(?:\s|$)/.test(text.slice(offset, offset + 2)))
    return 'block sequence entries are not allowed in this context'
  return 'this line stands deeper or less deep than its neighbours; or the value needs quotes'
}

function notSeparated({ text, from }: Seen): string {
  const { line, column } = placeOf(text, from)
  return `\`${text.charAt(from)}\` of line ${line}, column ${column} is not closed, or a comma or blank is missing`
}

function badStart({ text, offset }: Seen): string | undefined {
  const character = text.charAt(offset)
  if (character === '\t') return tabHint
  return /[@`%]/.test(character) ? undefined : `text that begins with \`${character}\` needs quotes`
}

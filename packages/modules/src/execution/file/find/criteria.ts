// SPDX-License-Identifier: Apache-2.0
import { isSaltError, pythonStr, SaltError } from '@halite/core'
import type { ExecContext, FileFacts } from '@halite/loader'
import { compilePattern, compileSearch } from '@halite/targeting'
import { gidOf, uidOf } from '../accounts.ts'
import { type FileLetter, letterOf, lettersOf } from './letters.ts'
import { textHolds } from './text-search.ts'

/** What `file.find` looks at. */
export interface Candidate {
  readonly name: string
  /** Where it is reached. */
  readonly at: string
  /** Of what a link leads to, or of the link where that is nothing. */
  readonly facts: FileFacts
  readonly isLink: boolean
}

/** Whether it is one that is looked for. The cheaper a test is, the earlier it is asked. */
export interface Criterion {
  readonly cost: 'name' | 'facts' | 'content'
  matches(candidate: Candidate): boolean | Promise<boolean>
}

type Make = (ctx: ExecContext, value: string) => Criterion | Promise<Criterion>

/** By the option that asks for it. They throw an error whose message is what is wrong with the value. */
export const criteria: Readonly<Record<string, Make>> = {
  name: (_ctx, value) => byName(globSource(value)),
  iname: (_ctx, value) => byName(`(?i)${globSource(value)}`),
  regex: (_ctx, value) => byName(value),
  iregex: (_ctx, value) => byName(`(?i)${value}`),
  type: (_ctx, value) => byType(lettersOf(value)),
  user: byUser,
  owner: byUser,
  group: byGroup,
  size: (_ctx, value) => bySize(value),
  mtime: (_ctx, value) => byTime(value),
  grep: (ctx, value) => byContent(ctx, value),
}

function byName(pattern: string): Criterion {
  const matches = compiled(() => compilePattern(pattern), pattern.replace(/^\(\?i\)/, ''))
  return { cost: 'name', matches: ({ name }) => matches(name) }
}

function compiled<T>(compile: () => T, pattern: string): T {
  try {
    return compile()
  } catch (error) {
    if (!isSaltError(error)) throw error
    throw new SaltError('ARGUMENTS_INVALID', `invalid regular expression: "${pattern}"`)
  }
}

/** As in Salt `?` may stand for nothing; beside `*`, `?` and `[…]` a choice is written `{a,b}`. */
function globSource(glob: string): string {
  return `(?s:${globPart(glob)})$`
}

function globPart(glob: string): string {
  return glob.replace(/\[[^\]]+\]|\{([^{}]*,[^{}]*)\}|\\?[^\w\s]/g, (token, choices?: string) => {
    if (choices !== undefined) return `(?:${choices.split(',').map(globPart).join('|')})`
    if (token === '*') return '.*'
    if (token === '?') return '.?'
    if (token.startsWith('[') && token.length > 1) return token.replace(/^\[!/, '[^')
    return token.startsWith('\\') && token.length > 1 ? token : `\\${token}`
  })
}

/** Links are found as links, and as what they lead to. */
export function byType(letters: ReadonlySet<FileLetter>): Criterion {
  return {
    cost: 'facts',
    matches: ({ facts, isLink }) => (isLink && letters.has('l')) || letters.has(letterOf(facts)),
  }
}

async function byUser(ctx: ExecContext, value: string): Promise<Criterion> {
  const uids = await numbersOf(value, (name) => uidOf(ctx, name), 'user')
  return { cost: 'facts', matches: ({ facts }) => uids.has(facts.uid) }
}

async function byGroup(ctx: ExecContext, value: string): Promise<Criterion> {
  const gids = await numbersOf(value, (name) => gidOf(ctx, name), 'group')
  return { cost: 'facts', matches: ({ facts }) => gids.has(facts.gid) }
}

async function numbersOf(
  value: string,
  numberOf: (name: string) => Promise<number | undefined>,
  what: string,
): Promise<ReadonlySet<number>> {
  const numbers = new Set<number>()
  for (const name of wordsOf(value)) {
    const number = /^\d+$/.test(name) ? Number(name) : await numberOf(name)
    if (number === undefined) throw new SaltError('ARGUMENTS_INVALID', `no such ${what} "${name}"`)
    numbers.add(number)
  }
  return numbers
}

/** Words between spaces and commas. */
export function wordsOf(value: string): string[] {
  return value.split(/[\s,]+/).filter((word) => word !== '')
}

const units: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }

function bySize(value: string): Criterion {
  const [, style = '', number = '', letter = ''] = /^\s*([+-]?)\s*([\d.]+)\s*([a-z]?)\s*$/i.exec(value) ?? []
  const unit = letter === '' ? 1 : units[letter.toLowerCase()]
  const size = Math.trunc(Number(number) * (unit ?? Number.NaN))
  if (number === '' || unit === undefined || Number.isNaN(size))
    throw new SaltError('ARGUMENTS_INVALID', `invalid size: "${value}"`)
  const least = style === '-' ? 0 : size
  const most = style === '+' ? Number.POSITIVE_INFINITY : style === '-' ? size : size + unit - 1
  return { cost: 'facts', matches: ({ facts }) => facts.size >= least && facts.size <= most }
}

const part = (letter: string) => `(?:(\\d+(?:\\.\\d*)?)\\s*[${letter}${letter.toUpperCase()}])?\\s*`
const interval = new RegExp(`^\\s*([+-]?)\\s*${['w', 'd', 'h', 'm', 's'].map(part).join('')}$`)
const seconds = [604_800, 86_400, 3600, 60, 1]

/** The smallest unit that is written is what the time is cut to. */
function byTime(value: string): Criterion {
  const [, style, ...parts] = interval.exec(value) ?? []
  const given = parts.flatMap((text, index) =>
    text === undefined ? [] : [{ count: Number(text), unit: seconds[index] ?? 1 }],
  )
  const smallest = given.at(-1)?.unit
  if (smallest === undefined)
    throw new SaltError('ARGUMENTS_INVALID', `invalid time interval: '${pythonStr(value)}'`)
  const age = given.reduce((sum, { count, unit }) => sum + count * unit, 0)
  const limit = Date.now() / 1000 - Math.trunc(age / smallest) * smallest
  const isYoung = style === '-'
  return {
    cost: 'facts',
    matches: ({ facts }) => {
      const mtime = Math.trunc(facts.mtimeMs / 1000)
      return isYoung ? mtime >= limit : mtime <= limit
    },
  }
}

function byContent(ctx: ExecContext, pattern: string): Criterion {
  const matches = compiled(() => compileSearch(pattern), pattern)
  return {
    cost: 'content',
    matches: ({ at, facts }) =>
      facts.type === 'file' && textHolds(ctx, { path: at, size: facts.size }, matches),
  }
}

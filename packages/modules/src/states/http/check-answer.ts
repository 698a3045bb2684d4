// SPDX-License-Identifier: Apache-2.0
import { isMap, isSaltError, pythonStr, SaltError, toPlain } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { compileSearch } from '@halite/targeting'

/** What an answer is compared with. */
export interface Check {
  readonly name: string
  readonly match: unknown
  readonly match_type: string
  readonly status: unknown
  readonly status_type: string
  /** Seconds. */
  readonly wait_for?: number | undefined
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** Whether something holds, and the words for it. */
interface Finding {
  readonly holds: boolean
  readonly words: string
}

/** Asks, and compares the answer. Nothing is changed: `data` of the result is the answer. */
export async function checkAnswer(ctx: StateContext, check: Check): Promise<StateReturn> {
  const { name, match, status, wait_for: waitFor, kwargs } = check
  if (match === null && status === null) {
    const comment = 'Either match text (match) or a status code (status) is required.'
    return { changes: {}, result: false, comment, data: {} }
  }
  const asked = { decode: false, ...kwargs, url: name, text: true, status: true }
  const tested = ctx.state.test ? { ...asked, test: true } : asked
  const data = await (waitFor
    ? ctx.call('http.wait_for_successful_query', { ...tested, wait_for: waitFor })
    : ctx.call('http.query', withoutInterval(tested)))
  const answer = isMap(data) ? (toPlain(data) as Readonly<Record<string, unknown>>) : {}
  const findings = [
    ...(match === null ? [] : [matchFinding(check, pythonStr(answer['text'] ?? ''))]),
    ...(status === null ? [] : [statusFinding(check, pythonStr(answer['status'] ?? ''))]),
  ]
  const comment = findings.map(({ words }) => words).join(' ')
  if (ctx.state.test) {
    const url = kwargs['test_url'] === undefined ? '' : `, TEST URL WAS: ${pythonStr(kwargs['test_url'])}`
    return { changes: {}, result: null, comment: `${comment} (TEST MODE${url})`, data }
  }
  return { changes: {}, result: findings.every(({ holds }) => holds), comment, data }
}

/** An argument of those who wait, which asking once does not take. */
function withoutInterval<T extends { readonly [key: string]: unknown }>(asked: T) {
  const { request_interval: _, ...others } = asked as T & { readonly request_interval?: unknown }
  return others as T
}

function matchFinding({ match, match_type: type }: Check, text: string): Finding {
  const wanted = pythonStr(match)
  const isPattern = type === 'pcre'
  if (!isPattern && type !== 'string') throw unknownType('match_type', type, 'string or pcre')
  const holds = isPattern ? search('match', wanted)(text) : text.includes(wanted)
  const what = isPattern ? 'Match pattern' : 'Match text'
  return { holds, words: `${what} "${wanted}" ${holds ? 'was found' : 'was not found'}.` }
}

function statusFinding({ status, status_type: type }: Check, code: string): Finding {
  if (type === 'list') return listFinding(Array.isArray(status) ? status : [status], code)
  const wanted = pythonStr(status)
  if (type === 'pcre') {
    const holds = search('status', wanted)(code)
    return { holds, words: `Status pattern "${wanted}" ${holds ? 'was found' : 'was not found'}.` }
  }
  if (type !== 'string') throw unknownType('status_type', type, 'string, list or pcre')
  const holds = code === wanted
  return { holds, words: `Status ${wanted} ${holds ? 'was found' : 'was not found'}.` }
}

function listFinding(list: readonly unknown[], code: string): Finding {
  const found = list.filter((each) => pythonStr(each) === code)
  if (found.length === 0) return { holds: false, words: `Statuses ${pythonStr(list)} were not found.` }
  return { holds: true, words: found.map((each) => `Status ${pythonStr(each)} was found.`).join(' ') }
}

function search(argument: string, pattern: string): (text: string) => boolean {
  try {
    return compileSearch(pattern)
  } catch (error) {
    if (!isSaltError(error)) throw error
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `${argument} '${pattern}' is no regular expression: ${error.message}`,
      {
        cause: error,
      },
    )
  }
}

function unknownType(argument: string, given: string, known: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', `${argument} must be ${known}, not '${given}'`)
}

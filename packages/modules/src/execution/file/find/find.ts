// SPDX-License-Identifier: Apache-2.0
import { basename, join } from 'node:path'
import { isTruthy, pythonStr, SaltError } from '@halite/core'
import type { ExecContext, FileFacts } from '@halite/loader'
import { globPaths } from '../glob.ts'
import { walk } from '../walk.ts'
import { type Action, deleting, executing, printing } from './actions.ts'
import { byType, type Criterion, criteria } from './criteria.ts'
import { everyLetter, lettersOf } from './letters.ts'

/** What is looked for, and what is done with it. */
interface Search {
  readonly criteria: readonly Criterion[]
  readonly actions: readonly Action[]
  readonly minDepth: number
  readonly maxDepth: number
}

/**
 * The paths that fit the options of `file.find`, or what the actions make of them. Links are not followed on the way. Throws
 * ARGUMENTS_INVALID with a message that says which option is wrong.
 */
export async function findFiles(
  ctx: ExecContext,
  pattern: string,
  options: Readonly<Record<string, unknown>>,
): Promise<unknown[]> {
  const search = await searchOf(ctx, options)
  const results: unknown[] = []
  for (const path of await globPaths(ctx, pattern)) {
    if (search.minDepth < 1)
      results.push(...(await visit(ctx, { path, at: path, name: lastPart(path) }, search)))
    const walking = { maxDepth: search.maxDepth, skipsUnreadable: true }
    for await (const { path: directory, held, depth, directories, files } of walk(ctx, path, walking)) {
      if (depth < search.minDepth) continue
      for (const name of [...directories, ...files])
        results.push(
          ...(await visit(ctx, { path: join(directory, name), at: `${held}/${name}`, name }, search)),
        )
    }
  }
  return results
}

/** Empty where a path ends with a slash, as in Salt. */
function lastPart(path: string): string {
  return path.endsWith('/') ? '' : basename(path)
}

async function searchOf(ctx: ExecContext, options: Readonly<Record<string, unknown>>): Promise<Search> {
  const { mindepth = 0, maxdepth, test = false, ...rest } = options
  const wanted: Criterion[] = []
  const actions: Action[] = []
  for (const [key, value] of Object.entries(rest).filter(([key]) => !key.startsWith('_'))) {
    if (!isTruthy(value)) throw new SaltError('ARGUMENTS_INVALID', `missing value for "${key}" option`)
    const text = pythonStr(value)
    const make = Object.hasOwn(criteria, key) ? criteria[key] : undefined
    if (make !== undefined) wanted.push(await make(ctx, text))
    else if (key === 'print') actions.push(printing(ctx, text))
    else if (key === 'exec') actions.push(executing(ctx, text))
    else if (key === 'delete') {
      wanted.push(byType(text.includes('a') ? everyLetter : lettersOf(text)))
      actions.push(deleting(ctx, isTruthy(test)))
    } else throw new SaltError('ARGUMENTS_INVALID', `invalid option "${key}"`)
  }
  const costs = ['name', 'facts', 'content'] as const
  return {
    criteria: costs.flatMap((cost) => wanted.filter((one) => one.cost === cost)),
    actions: actions.length > 0 ? actions : [printing(ctx, '')],
    minDepth: depthOf('mindepth', mindepth),
    maxDepth:
      maxdepth === undefined || maxdepth === null ? Number.POSITIVE_INFINITY : depthOf('maxdepth', maxdepth),
  }
}

function depthOf(name: string, value: unknown): number {
  const number = Number(value)
  if (Number.isInteger(number)) return number
  throw new SaltError('ARGUMENTS_INVALID', `invalid ${name}: "${pythonStr(value)}"`)
}

interface Place {
  readonly path: string
  readonly at: string
  readonly name: string
}

/** What the actions make of a path; nothing when it does not fit. */
async function visit(ctx: ExecContext, place: Place, search: Search): Promise<unknown[]> {
  const byName = search.criteria.filter(({ cost }) => cost === 'name')
  // What is not known yet is not looked at by those that go by the name.
  const nameOnly = { ...place, facts: {} as FileFacts, isLink: false }
  for (const criterion of byName) if (!(await criterion.matches(nameOnly))) return []
  const own = await ctx.fs.stat(place.at, { followLinks: false })
  if (own === undefined) return []
  const isLink = own.type === 'link'
  const facts = isLink ? ((await ctx.fs.stat(place.at)) ?? own) : own
  for (const criterion of search.criteria)
    if (criterion.cost !== 'name' && !(await criterion.matches({ ...place, facts, isLink }))) return []
  const results: unknown[] = []
  for (const action of search.actions) {
    const result = await action({ path: place.path, at: place.at, facts })
    if (result !== undefined) results.push(result)
  }
  return results
}

// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { expandUser } from '../../execution/file/paths.ts'
import { pythonDate } from '../../execution/parts/python-date.ts'
import { failure } from './result.ts'

/** The arguments of `file.retention_schedule`. */
export const retentionArguments = {
  retain: arg.map(
    'How many are kept, or ``all``, by kind: ``most_recent``, ``first_of_hour``, ``first_of_day``, ``first_of_week``, ``first_of_month``, ``first_of_year``.',
  ),
  strptime_format: arg
    .string(
      'The form of the names, which hold the time, such as ``backup-%Y-%m-%d``; default the time of the file.',
    )
    .optional(),
  timezone: arg.unsupported(null, 'times of files are read by the clock of the machine'),
}

type RetentionValues = Values<typeof retentionArguments> & { readonly name: string }

/** A file with its time, cut into what it is kept by. */
interface Dated {
  readonly name: string
  readonly time: number
  /** Year, month, day, hour, time. */
  readonly byDay: readonly number[]
  /** Year, week, day of the week, time. */
  readonly byWeek: readonly number[]
}

/** How many of these numbers say what is the first of its kind. */
const depths: Readonly<Record<string, number>> = {
  first_of_year: 1,
  first_of_month: 2,
  first_of_day: 3,
  first_of_hour: 4,
  most_recent: 5,
}

/** `file.retention_schedule`. */
export async function keepScheduled(ctx: StateContext, args: RetentionValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.retention_schedule')
  const directory = await expandUser(ctx, args.name)
  if (!(await ctx.fs.isDirectory(directory)))
    return failure('Name provided to file.retention must be a directory')
  const held = await ctx.fs.hold(await ctx.fs.realPath(directory))
  try {
    const { dated, ignored } = await sorted(ctx, held.path, args)
    const kept = keptOf(dated, args.retain)
    const deleted = dated
      .map(({ name }) => name)
      .filter((name) => !kept.has(name))
      .sort()
      .reverse()
    if (!ctx.state.test)
      for (const name of deleted) await ctx.fs.remove(`${held.path}/${name}`, { recursive: true })
    const changes = { retained: [...kept].sort().reverse(), deleted, ignored: ignored.toSorted().reverse() }
    const verb = ctx.state.test ? 'would have been' : 'were'
    return {
      name: directory,
      changes: deleted.length > 0 ? changes : {},
      result: ctx.state.test && deleted.length > 0 ? null : true,
      comment: `${deleted.length} backups ${verb} removed from ${directory}.\n`,
    }
  } finally {
    await held.close()
  }
}

async function sorted({ fs }: StateContext, held: string, { strptime_format: format }: RetentionValues) {
  const dated: Dated[] = []
  const ignored = ['.', '..']
  for (const name of await fs.list(held)) {
    const one = format === undefined ? await byTime(fs, held, name) : byName(name, format)
    if (one === undefined) ignored.push(name)
    else dated.push(one)
  }
  return { dated, ignored }
}

async function byTime(fs: StateContext['fs'], held: string, name: string): Promise<Dated | undefined> {
  const facts = await fs.stat(`${held}/${name}`, { followLinks: false })
  if (facts === undefined) return undefined
  const at = new Date(facts.mtimeMs)
  const clock = Date.UTC(at.getFullYear(), at.getMonth(), at.getDate(), at.getHours())
  return datedOf(name, new Date(clock), facts.mtimeMs)
}

function byName(name: string, format: string): Dated | undefined {
  const date = pythonDate(name, format)
  return date && datedOf(name, date, date.getTime())
}

/** `clock` shows the time of the file in UTC. */
function datedOf(name: string, clock: Date, time: number): Dated {
  const year = clock.getUTCFullYear()
  const [month, day, hour] = [clock.getUTCMonth(), clock.getUTCDate(), clock.getUTCHours()]
  const weekDay = (clock.getUTCDay() + 6) % 7
  return { name, time, byDay: [year, month, day, hour, time], byWeek: [year, weekOf(clock), weekDay, time] }
}

/** The number of the week by ISO 8601: a week belongs to the year of its Thursday. */
function weekOf(clock: Date): number {
  const thursday = new Date(clock)
  thursday.setUTCDate(clock.getUTCDate() + 3 - ((clock.getUTCDay() + 6) % 7))
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  return (
    Math.floor(
      (Date.UTC(thursday.getUTCFullYear(), thursday.getUTCMonth(), thursday.getUTCDate()) - first) /
        604_800_000,
    ) + 1
  )
}

function keptOf(dated: readonly Dated[], retain: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const kept = new Set<string>()
  for (const [rule, value] of Object.entries(retain)) {
    const count = value === 'all' ? Number.POSITIVE_INFINITY : Number(value)
    if (Number.isNaN(count))
      throw new SaltError('COMMAND_FAILED', `retain: ${rule} is a number or all, and not '${value}'`)
    const isWeek = rule === 'first_of_week'
    const depth = isWeek ? 2 : depths[rule]
    if (depth === undefined) {
      const known = [...Object.keys(depths), 'first_of_week'].join(', ')
      throw new SaltError('COMMAND_FAILED', `retain: there is no ${rule}; there are ${known}`)
    }
    // As in Salt one week more is kept: the last one may have just begun.
    for (const name of firsts(dated, {
      key: isWeek ? 'byWeek' : 'byDay',
      depth,
      count: isWeek ? count + 1 : count,
    }))
      kept.add(name)
  }
  return kept
}

/** The first file of each of the latest years, months … */
function firsts(
  dated: readonly Dated[],
  { key, depth, count }: { readonly key: 'byDay' | 'byWeek'; readonly depth: number; readonly count: number },
): string[] {
  const inOrder = [...dated].sort((one, other) => compared(one[key], other[key]))
  const groups = new Map<string, string>()
  for (const one of inOrder) {
    const group = one[key].slice(0, depth).join()
    if (!groups.has(group)) groups.set(group, one.name)
  }
  return [...groups.values()].reverse().slice(0, count)
}

function compared(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

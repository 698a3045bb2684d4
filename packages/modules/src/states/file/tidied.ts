// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path'
import { isSaltError, messageOf, pythonStr, SaltError, systemCodeOf } from '@halite/core'
import { arg, type FileFacts, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { compilePattern } from '@halite/targeting'
import { expandUser } from '../../execution/file/paths.ts'
import { removeNamed } from './clean.ts'
import { failure, type Result } from './result.ts'
import { anything } from './shared-arguments.ts'

/** The arguments of `file.tidied`. */
export const tidiedArguments = {
  age: arg.integer('Days since the time that is compared; what is as old is removed.').default(0),
  matches: anything('Regular expressions, one of which a name has to begin with; default any name.'),
  rmdirs: arg.boolean('Whether directories are removed, with all that lies in them.').default(false),
  size: arg.any('Bytes, or such as ``10m``; what is as large is removed.').default(0),
  exclude: anything('Regular expressions of names that stay.'),
  full_path_match: arg.boolean('Whether they are compared with whole paths.').default(false),
  followlinks: arg.boolean('Whether links to directories are followed.').default(false),
  time_comparison: arg.string('The time: ``atime``, ``mtime`` or ``ctime``.').default('atime'),
  age_size_logical_operator: arg
    .string('Whether both age and size have to fit: ``AND``, or one of them: ``OR``.')
    .default('OR'),
  age_size_only: arg.string('``age`` or ``size``, when that alone counts.').optional(),
  rmlinks: arg.boolean('Whether links are removed.').default(true),
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

type TidiedValues = Values<typeof tidiedArguments> & { readonly name: string }

/** `file.tidied`. */
export async function tidy(ctx: StateContext, args: TidiedValues): Promise<StateReturn> {
  const name = await expandUser(ctx, args.name)
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  if (!(await ctx.fs.isDirectory(name))) return failure(`${name} does not exist or is not a directory.`)
  try {
    return { ...(await tidied(ctx, name, args)), name }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(error.message)
  }
}

async function tidied(ctx: StateContext, name: string, args: TidiedValues): Promise<Result> {
  const run: Run = { rule: ruleOf(args), removed: [], visited: new Set(), followsLinks: args.followlinks }
  const { removed } = run
  try {
    await tidyBelow(ctx, { at: await ctx.fs.realPath(name), path: name }, run)
  } catch (error) {
    if (systemCodeOf(error) === undefined && !isSaltError(error)) throw error
    return { changes: removed.length > 0 ? { removed } : {}, result: false, comment: messageOf(error) }
  }
  if (removed.length === 0)
    return { changes: {}, result: true, comment: `Nothing to remove from directory ${name}` }
  if (ctx.state.test) return { changes: { removed }, result: null, comment: `${name} is set for tidy` }
  const comment = `Removed ${removed.length} files or directories from directory ${name}`
  return { changes: { removed }, result: true, comment }
}

/** What goes, and by which name it is judged. */
interface Rule {
  readonly removesDirectories: boolean
  readonly removesLinks: boolean
  readonly isMeant: (name: string, path: string) => boolean
  readonly isDue: (facts: FileFacts) => boolean
}

interface Run {
  readonly rule: Rule
  readonly removed: string[]
  /** Directories by device and number: links may lead in circles. */
  readonly visited: Set<string>
  readonly followsLinks: boolean
}

interface Place {
  /** Where it is reached. */
  readonly at: string
  /** How it is named. */
  readonly path: string
}

/** Removes what is to go, the deepest first; what goes is settled before anything in it is removed. With `test` it is only noted. */
async function tidyBelow(ctx: StateContext, { at, path }: Place, run: Run): Promise<void> {
  const held = await heldOnce(ctx, at, run)
  if (held === undefined) return
  try {
    const due: Place[] = []
    const below: Place[] = []
    for (const name of await ctx.fs.list(held.path)) {
      const place = { at: `${held.path}/${name}`, path: join(path, name) }
      const facts = await ctx.fs.stat(place.at, { followLinks: false })
      if (facts === undefined) continue
      if (isToGo(run.rule, { name, path: place.path, facts })) due.push(place)
      if (facts.type === 'directory') below.push(place)
      else if (run.followsLinks && facts.type === 'link' && (await ctx.fs.isDirectory(place.at)))
        below.push({ ...place, at: await ctx.fs.realPath(place.at) })
    }
    for (const place of below) await tidyBelow(ctx, place, run)
    const isBelow = new Set(below)
    // Files first, as in Salt.
    for (const place of due.toSorted((one, other) => Number(isBelow.has(one)) - Number(isBelow.has(other)))) {
      if (!ctx.state.test) await removeNamed(ctx, place)
      run.removed.push(place.path)
    }
  } finally {
    await held.close()
  }
}

/** Undefined for one that was visited before, or may not be read. */
async function heldOnce({ fs, log }: StateContext, at: string, { visited }: Run) {
  try {
    const held = await fs.hold(at)
    const facts = await fs.stat(held.path)
    const key = `${facts?.dev} ${facts?.ino}`
    if (!visited.has(key)) {
      visited.add(key)
      return held
    }
    await held.close()
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    log.warning(`${at} is left out: ${messageOf(error)}`)
  }
  return undefined
}

function isToGo(
  { removesDirectories, removesLinks, isMeant, isDue }: Rule,
  { name, path, facts }: { readonly name: string; readonly path: string; readonly facts: FileFacts },
): boolean {
  if (facts.type === 'directory' && !removesDirectories) return false
  if (facts.type === 'link' && !removesLinks) return false
  return isMeant(name, path) && isDue(facts)
}

function ruleOf(args: TidiedValues): Rule {
  const wanted = patternsOf(args.matches ?? ['.*'])
  const excluded = patternsOf(args.exclude ?? [])
  return {
    removesDirectories: args.rmdirs,
    removesLinks: args.rmlinks,
    isMeant: (name, path) => {
      const judged = args.full_path_match ? path : name
      return wanted.some((matches) => matches(judged)) && !excluded.some((matches) => matches(judged))
    },
    isDue: dueBy(args),
  }
}

function patternsOf(value: unknown): ((text: string) => boolean)[] {
  const patterns = (Array.isArray(value) ? value : [value]).map((item) => pythonStr(item))
  return patterns.map((pattern) => {
    try {
      return compilePattern(pattern)
    } catch (error) {
      if (!isSaltError(error)) throw error
      throw new SaltError('COMMAND_FAILED', `the regular expression '${pattern}' ${error.message}`)
    }
  })
}

function dueBy(args: TidiedValues): (facts: FileFacts) => boolean {
  const size = bytesOf(args.size)
  const only = args.age_size_only?.toLowerCase()
  const isBoth = args.age_size_logical_operator.toUpperCase() === 'AND'
  const time = args.time_comparison.toLowerCase()
  const today = dayOf(Date.now())
  return (facts) => {
    const timeMs = time === 'ctime' ? facts.ctimeMs : time === 'mtime' ? facts.mtimeMs : facts.atimeMs
    const isOld = Math.abs(today - dayOf(timeMs)) >= args.age
    // Links and directories have no size here, as in Salt.
    const isLarge = (facts.type === 'file' || facts.type === 'other' ? facts.size : 0) >= size
    if (only === 'age') return isOld
    if (only === 'size') return isLarge
    return isBoth ? isOld && isLarge : isOld || isLarge
  }
}

/** The number of the day by the clock of the machine. */
function dayOf(timeMs: number): number {
  const date = new Date(timeMs)
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000)
}

const units = ['', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']

/** `10m` and `10MiB` are binary, `10MB` is decimal. */
function bytesOf(size: unknown): number {
  const [, number, unit = '', kind = ''] =
    /^\s*([\d.]+)\s*([kmgtpezy]?)(ib?|b)?\s*$/i.exec(pythonStr(size)) ?? []
  const power = units.indexOf(unit.toUpperCase())
  const bytes = Math.trunc(
    Number(number) * (kind.toLowerCase() === 'b' && unit !== '' ? 1000 : 1024) ** power,
  )
  if (!Number.isNaN(bytes)) return bytes
  throw new SaltError(
    'COMMAND_FAILED',
    `size '${pythonStr(size)}' is no number of bytes: write it as 10485760 or 10m`,
  )
}

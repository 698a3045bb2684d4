// SPDX-License-Identifier: Apache-2.0
import {
  entriesOf,
  hasKey,
  isMap,
  isSaltError,
  type mapOf,
  pythonStr,
  SaltError,
  valueAt,
  withoutKey,
} from '@halite/core'
import { declarationOf, extensionIn, numberStates, type Place } from '../high/declarations.ts'
import { sameBody, withoutRepeats } from '../high/extend.ts'
import { type Body, HighData } from '../high/high-data.ts'
import { type IncludedSls, renderFailure } from './compile-error.ts'
import { Includes } from './includes.ts'
import type { FoundSls, RenderSls, SlsCatalogue } from './state-files.ts'

/** Environment → the sls names, or globs, that apply. */
export type Matches = ReadonlyMap<string, readonly string[]>

export interface HighStateParts {
  readonly catalogue: SlsCatalogue
  readonly render: RenderSls
  /** Whether states run in the order in which they were written; default yes. */
  readonly autoOrder?: boolean
}

/** High data of the sls files that were asked for, and what is wrong with them, in Salt's words. */
export interface Compiled {
  readonly high: HighData
  readonly errors: readonly string[]
}

/** An sls as it is being read: where it stands, and who led to it. */
interface Reading {
  readonly chain: readonly IncludedSls[]
  readonly matches: Matches
}

/** Reads sls files and all that they include into one piece of high data. */
export class HighStateCompiler {
  readonly #parts: HighStateParts
  readonly #read = new Set<string>()
  readonly #includes: Includes
  #nextOrder = 10_000

  constructor(parts: HighStateParts) {
    this.#parts = parts
    this.#includes = new Includes(parts.catalogue)
  }

  async compile(matches: Matches): Promise<Compiled> {
    const high = new HighData()
    const errors: string[] = []
    for (const [saltenv, wanted] of matches) {
      if (!(await this.#parts.catalogue.hasEnv(saltenv))) {
        errors.push(`No matching salt environment for environment '${saltenv}' found`)
      }
      for (const glob of wanted) {
        for (const sls of await this.#parts.catalogue.matching(glob, saltenv)) {
          if (this.#read.has(nameOf(sls, saltenv))) continue
          const problems: string[] = []
          const state = await this.#readSls({ chain: [{ sls, saltenv }], matches }, problems)
          mergeInto(high, state, problems)
          errors.push(...problems.map((problem) => asTopProblem(problem, glob, saltenv)))
        }
      }
    }
    high.extend.splice(0, Infinity, ...withoutRepeats(high.extend))
    return { high, errors }
  }

  /** One text that is no file of an environment, such as that of `state.template`. */
  async compileText(file: FoundSls, place: IncludedSls): Promise<Compiled> {
    const errors: string[] = []
    const high = await this.#readFile(file, { chain: [place], matches: new Map() }, errors)
    return { high, errors }
  }

  async #readSls(reading: Reading, errors: string[]): Promise<HighData> {
    const { sls, saltenv } = placeOf(reading)
    const file = await this.#parts.catalogue.find(sls, saltenv)
    this.#read.add(nameOf(sls, saltenv))
    if (file !== undefined) return this.#readFile(file, reading, errors)
    errors.push(
      `Specified SLS ${sls} in saltenv ${saltenv} is not available on the salt master or through a configured fileserver`,
    )
    return new HighData()
  }

  async #readFile(file: FoundSls, reading: Reading, errors: string[]): Promise<HighData> {
    const { sls, saltenv } = placeOf(reading)
    const chain = [...reading.chain.slice(0, -1), { sls, saltenv, path: file.path }]
    let data: unknown
    try {
      data = await this.#parts.render({ ...file, sls, saltenv })
    } catch (error) {
      if (!isSaltError(error)) throw error
      errors.push(renderFailure(error, chain))
      return new HighData()
    }
    if (!isMap(data)) {
      const what = sls === '' ? `Template ${file.path}` : `SLS ${sls}`
      if (data === '' || data === null) return new HighData()
      errors.push(`${what} does not render to a dictionary`)
      // Salt finds it a second time where it merges the sls files of a call.
      if (chain.length === 1) errors.push(`Error when rendering state with contents: ${pythonStr(data)}`)
      return new HighData()
    }
    return this.#readData(data, { chain, matches: reading.matches }, errors)
  }

  async #readData(data: ReturnType<typeof mapOf>, reading: Reading, errors: string[]): Promise<HighData> {
    const { sls, saltenv } = placeOf(reading)
    const include = hasKey(data, 'include') ? valueAt(data, 'include') : []
    if (!Array.isArray(include)) errors.push(`Include Declaration in SLS ${sls} is not formed as a list`)
    const others = Array.isArray(include) ? withoutKey(data, 'include') : data
    const high = declarationsOf(others, { sls, saltenv, errors })
    for (const written of Array.isArray(include) ? include : []) {
      for (const place of await this.#includes.placesOf(written, reading, errors)) {
        if (this.#read.has(nameOf(place.sls, place.saltenv))) continue
        const problems: string[] = []
        const included = await this.#readSls({ ...reading, chain: [...reading.chain, place] }, problems)
        // As in Salt, what is no declaration at all ends the compilation, unless the file was asked for itself.
        if (included.isMalformed) throw new SaltError('COMMAND_FAILED', problems.join('\n'))
        errors.push(...problems)
        for (const [, body] of included.bodies()) noteIncluder(body, sls)
        mergeInto(high, included, errors)
      }
    }
    if (this.#parts.autoOrder !== false) {
      for (const [, body] of high.bodies()) numberStates(body, () => this.#nextOrder++)
    }
    return high
  }
}

function declarationsOf(data: ReturnType<typeof mapOf>, place: Place): HighData {
  const high = new HighData()
  for (const [id, value] of entriesOf(data)) {
    if (id === 'extend') {
      const extension = extensionIn(value, place)
      if (extension !== undefined) high.extend.push(extension)
    } else if (id === 'exclude') {
      if (Array.isArray(value)) high.exclude.push(...value)
      else place.errors.push(`Exclude Declaration in SLS ${place.sls} is not formed as a list`)
    } else {
      const body = declarationOf(id, value, place)
      if (body !== undefined) high.ids.set(id, body)
      else high.isMalformed = true
    }
  }
  return high
}

/** Adds what another file asks for. An id may stand in both only when they say the same of it. */
function mergeInto(high: HighData, other: HighData, errors: string[]): void {
  high.extend.push(...other.extend)
  high.exclude.push(...other.exclude)
  for (const [id, body] of other.ids) {
    const present = high.ids.get(id)
    if (present !== undefined && !sameBody(present, body)) errors.push(conflict(id, present, body))
    high.ids.set(id, body)
  }
}

function conflict(id: unknown, present: unknown, body: unknown): string {
  const place = (one: unknown) =>
    one instanceof Map
      ? `${pythonStr(one.get('__env__') ?? null)}:${pythonStr(one.get('__sls__') ?? null)}`
      : ''
  return (
    'Detected conflicting IDs, SLS IDs need to be globally unique.\n' +
    `    The conflicting ID is '${pythonStr(id)}' and is found in SLS '${place(present)}' and SLS '${place(body)}'`
  )
}

function noteIncluder(body: Body, sls: string): void {
  const known = body.get('__sls_included_from__')
  body.set('__sls_included_from__', [...(Array.isArray(known) ? known : []), sls])
}

/** An sls that a top file or a command names and that is missing is told as such. */
function asTopProblem(problem: string, glob: string, saltenv: string): string {
  const isMissing = problem.includes('is not available') && problem.includes(`SLS ${glob} in saltenv`)
  return isMissing ? `No matching sls found for '${glob}' in env '${saltenv}'` : problem
}

function placeOf({ chain }: Reading): IncludedSls {
  return chain.at(-1) ?? { sls: '', saltenv: 'base' }
}

function nameOf(sls: string, saltenv: string): string {
  return `${saltenv}:${sls}`
}

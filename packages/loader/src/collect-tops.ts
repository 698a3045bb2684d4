// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  isMap,
  type Logger,
  type MinionId,
  mapOf,
  mergeMaps,
  messageOf,
  pythonStr,
  SaltError,
} from '@halite/core'
import type { Registry } from './registry.ts'
import type { SourceContext } from './source-context.ts'

/** Most environments, and sls names in all of them, that one source may return for a minion. */
const maxEnvironments = 1000
const maxNames = 100_000
/** Longest name of an environment or of an sls file. */
const maxNameLength = 1024

/** Asks one source; its answer is not checked yet. Rejects with `FUNCTION_UNKNOWN`, and with what the source throws. */
export async function askTops(registry: Registry, name: string, ctx: SourceContext): Promise<unknown> {
  const source = await registry.object('tops', name)
  if (source === undefined) throw new SaltError('FUNCTION_UNKNOWN', `there is no module tops/${name}`)
  return source.top(ctx, configured(ctx.options)[name])
}

/** What is collected, and how one source is asked. */
export interface TopsCollection {
  readonly registry: Registry
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  readonly id: MinionId
  ask(name: string): Promise<unknown>
}

/**
 * The merged data of all sources of `master_tops`: custom modules come first, then built-in ones, each in order of their names. One that
 * fails is logged and left out. Never rejects.
 */
export async function collectTops({ registry, options, log, id, ask }: TopsCollection): Promise<DataMap> {
  const wanted = wantedTops(registry, options)
  for (const name of wanted.unknown)
    log.error('master_tops names a module that does not exist', { module: name, known: wanted.known })
  let merged: DataMap = {}
  // One at a time: the process of one is reused for the next.
  for (const name of wanted.names) {
    try {
      merged = mergeMaps(merged, checkedTop(await ask(name)), { mergeLists: true })
    } catch (error) {
      log.error('a module of master_tops failed', { module: name, minion: id, reason: messageOf(error) })
    }
  }
  return merged
}

/** Whether any source is configured. */
export function hasTops(options: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(configured(options)).length > 0
}

function wantedTops(registry: Registry, options: Readonly<Record<string, unknown>>) {
  const known = [...new Set(registry.entries('tops').map(({ name }) => name))]
  const names = Object.keys(configured(options))
  return {
    names: known.filter((name) => names.includes(name)),
    unknown: names.filter((name) => !known.includes(name)),
    known: known.join(', '),
  }
}

function configured(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const value = options['master_tops']
  if (!isMap(value)) return {}
  return Object.fromEntries(entriesOf(value).map(([name, config]) => [pythonStr(name), config]))
}

/** A validated answer of a source, which may be custom code. Throws `VALUE_MALFORMED` or `VALUE_TOO_LARGE`. */
function checkedTop(answer: unknown): DataMap {
  if (answer === null || answer === undefined) return {}
  if (!isMap(answer)) throw malformed('is not a map of environments')
  const entries = entriesOf(answer)
  let names = 0
  if (entries.length > maxEnvironments) throw tooLarge(`${entries.length} environments`, maxEnvironments)
  return mapOf(
    entries.map(([env, list]) => {
      if (!isName(env)) throw malformed('has an environment that is not a name')
      if (!Array.isArray(list) || !list.every(isName))
        throw malformed(`has no list of sls names under '${env}'`)
      names += list.length
      if (names > maxNames) throw tooLarge(`more than ${maxNames} sls names`, maxNames)
      return [env, list]
    }),
  )
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxNameLength
}

function malformed(what: string): SaltError {
  return new SaltError('VALUE_MALFORMED', `its answer ${what}`, {
    hint: "A module of master_tops returns a map of environments to lists of sls names: { base: ['web'] }.",
  })
}

function tooLarge(what: string, most: number): SaltError {
  return new SaltError('VALUE_TOO_LARGE', `it returned ${what}, over the limit of ${most}`)
}

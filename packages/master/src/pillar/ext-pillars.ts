// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  hasKey,
  isMap,
  messageOf,
  pythonStr,
  SaltError,
  valueAt,
  withoutKey,
} from '@halite/core'
import type { ExternalPillar, PillarContext, Registry } from '@halite/loader'
import type { Compilation } from './compilation.ts'
import type { PillarRequest, PillarSettings } from './settings.ts'
import { sizeOf } from './size.ts'

/** What external pillars are asked with. */
export interface ExternalParts {
  readonly settings: PillarSettings
  readonly request: PillarRequest
  readonly registry: Registry | undefined
  /** Whatever the context has beside the pillar so far. */
  readonly context: Omit<PillarContext, 'pillar'>
}

interface Wanted {
  readonly name: string
  readonly config: unknown
}

/**
 * Asks the external pillars in their order and merges what they give into the pillar; each sees what is there before it.
 * What fails costs that source, and is told under `_errors`. Rejects never.
 */
export async function applyExternal(compilation: Compilation, parts: ExternalParts): Promise<void> {
  const wanted = wantedFrom(compilation, parts)
  if (wanted.length > 0) compilation.reads.isVolatile = true
  for (const { name, config } of wanted) {
    try {
      const source = await sourceOf(parts.registry, name)
      const data: unknown = await source.compile({ ...parts.context, pillar: compilation.trusted }, config)
      if (data === null || data === undefined) continue
      if (!isMap(data)) throw new SaltError('VALUE_MALFORMED', 'it did not give a map')
      compilation.count(sizeOf(data))
      for (const problem of errorsIn(data)) compilation.problems.tell(problem)
      compilation.merge(withoutKey(data, '_errors'))
    } catch (error) {
      compilation.problems.tell(`Failed to load ext_pillar ${name}: ${messageOf(error)}`)
    }
  }
}

/** What a source tells of itself. */
function errorsIn(data: DataMap): readonly string[] {
  const errors = hasKey(data, '_errors') ? valueAt(data, '_errors') : []
  return (Array.isArray(errors) ? errors : [errors]).map(pythonStr)
}

function wantedFrom(compilation: Compilation, { settings, request }: ExternalParts): readonly Wanted[] {
  const { external = [], excluded = [] } = settings
  const configured = external.flatMap((item) => {
    if (isMap(item)) return wantedIn(item)
    compilation.problems.tell('The "ext_pillar" option is malformed')
    return []
  })
  return [
    ...configured.filter(({ name }) => !excluded.includes(name)),
    ...onDemand(compilation, { settings, request }),
  ]
}

/** What the minion itself asks for: only what the operator allows by name. */
function onDemand(
  compilation: Compilation,
  { settings: { onDemand: allowed = [] }, request: { ext } }: Pick<ExternalParts, 'settings' | 'request'>,
): readonly Wanted[] {
  if (ext === undefined) return []
  const wanted = wantedIn(ext)
  const refused = wanted.filter(({ name }) => !allowed.includes(name))
  if (refused.length === 0) return wanted
  const names = refused.map(({ name }) => name).join(', ')
  compilation.problems.tell(
    `The following ext_pillar modules are not allowed for on-demand pillar data: ${names}. ` +
      `on_demand_ext_pillar of the master allows: ${allowed.join(', ') || 'none'}.`,
  )
  return []
}

function wantedIn(item: DataMap): readonly Wanted[] {
  return entriesOf(item).map(([name, config]) => ({ name: pythonStr(name), config }))
}

async function sourceOf(registry: Registry | undefined, name: string): Promise<ExternalPillar> {
  const source = await registry?.object('pillar', name)
  if (source !== undefined) return source
  throw new SaltError('FUNCTION_UNKNOWN', 'there is no such external pillar')
}

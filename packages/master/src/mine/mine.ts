// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  isSaltError,
  type Logger,
  type MinionId,
  mapOf,
  type Packed,
} from '@halite/core'
import {
  compilePattern,
  compileTarget,
  isTargetType,
  type MinionFacts,
  type Nodegroups,
  selectMinions,
  type Target,
  type TargetType,
} from '@halite/targeting'
import type { MinionData } from '../minion-data.ts'
import type { MineItem, MineStore } from './mine-store.ts'

/** What the mine is read with. */
export interface MineParts {
  readonly store: MineStore
  readonly data: MinionData
  /** Every id with an accepted key. */
  readonly accepted: () => readonly MinionId[]
  /** Names of targets, and the option `mine_get`. */
  readonly options: { readonly nodegroups: unknown; readonly mine_get: Readonly<Record<string, unknown>> }
  readonly log: Logger
}

/** Whose data, and under which names. */
export interface Question {
  readonly tgt: string | readonly string[]
  readonly tgt_type: string
  readonly fun: string | readonly string[]
}

/** Who asks: a minion, or nobody of them: the operator, who may read all. */
export type Asker = MinionId | undefined

/** Data of the mine for those who may read it. */
export class Mine {
  readonly #parts: MineParts

  constructor(parts: MineParts) {
    this.#parts = parts
  }

  /**
   * The data of the minions that a target selects: id → data, or, of several names or a list of them, name → id → data. A
   * minion is given only what its owner and the option `mine_get` allow it, and compares values of the pillar of others as a
   * whole. Rejects with `TARGET_INVALID`.
   */
  async get({ tgt, tgt_type, fun }: Question, asker: Asker): Promise<DataMap> {
    const { nodegroups } = this.#parts.options
    const names = typeof fun === 'string' ? [...new Set(fun.split(','))] : fun
    const wanted = names.filter((name) => this.#mayRead(asker, name))
    const target = compileTarget({
      tgt,
      tgtType: typeOf(tgt_type),
      nodegroups: nodegroups as Nodegroups,
      exactPillar: asker !== undefined,
    })
    const found = await this.#find(target, wanted, asker)
    const isByName = typeof fun !== 'string' || names.length > 1
    if (!isByName) return mapOf(found.get(names[0] ?? '') ?? [])
    return mapOf([...found].map(([name, byId]) => [name, mapOf(byId)]))
  }

  /** Name → what the selected minions have under it. */
  async #find(
    target: Target,
    names: readonly string[],
    asker: Asker,
  ): Promise<ReadonlyMap<string, [MinionId, Packed][]>> {
    const { store, accepted } = this.#parts
    const verdicts = new Map<string, boolean>()
    const found = new Map<string, [MinionId, Packed][]>()
    if (names.length === 0) return found
    const { selected } = await selectMinions(target, accepted(), (id) => this.#factsOf(id))
    for (const id of selected) {
      const items = await store.of(id)
      for (const name of names) {
        const item = items.get(name)
        if (item === undefined || !this.#isAllowed(item, asker, verdicts)) continue
        const byId = found.get(name) ?? []
        byId.push([id, item.data])
        found.set(name, byId)
      }
    }
    return found
  }

  #factsOf(id: MinionId): MinionFacts {
    const { data } = this.#parts
    return { id, grains: data.grains(id), pillar: data.pillar(id), tooLarge: data.isTooLarge(id) }
  }

  /** Whether the owner of an item lets a minion read it. One expression is looked at once. */
  #isAllowed({ allow }: MineItem, asker: Asker, verdicts: Map<string, boolean>): boolean {
    if (allow?.allow_tgt === undefined || asker === undefined) return true
    const { allow_tgt: tgt, allow_tgt_type: type = 'glob' } = allow
    const name = JSON.stringify([tgt, type])
    const verdict = verdicts.get(name) ?? this.#selects(tgt, type, asker)
    verdicts.set(name, verdict)
    return verdict
  }

  /** An expression that cannot be read selects nobody. */
  #selects(tgt: string | readonly string[], type: string, asker: MinionId): boolean {
    try {
      const nodegroups = this.#parts.options.nodegroups as Nodegroups
      return compileTarget({ tgt, tgtType: typeOf(type), nodegroups }).matches(this.#factsOf(asker))
    } catch (error) {
      if (!isSaltError(error)) throw error
      this.#parts.log.warning('allow_tgt of the mine cannot be read', { tgt, reason: error.message })
      return false
    }
  }

  /** The option `mine_get`: patterns of ids → patterns of names. */
  #mayRead(asker: Asker, name: string): boolean {
    const rules = entriesOf(this.#parts.options.mine_get)
    if (asker === undefined || rules.length === 0) return true
    return rules.some(
      ([ids, names]) =>
        beginsWith(String(ids), asker) &&
        Array.isArray(names) &&
        names.some((pattern) => beginsWith(String(pattern), name)),
    )
  }
}

/** As Python's `re.match`: from the beginning, not to the end. A pattern that cannot be read fits nothing. */
function beginsWith(pattern: string, text: string): boolean {
  try {
    return compilePattern(pattern)(text)
  } catch {
    return false
  }
}

function typeOf(type: string): TargetType {
  return isTargetType(type) ? type : ('range' as TargetType)
}

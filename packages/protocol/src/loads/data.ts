// SPDX-License-Identifier: Apache-2.0
import { type Decoded, schema } from '@halite/core'
import { functions, target, targetType } from './bounds.ts'

const { anyMap, anything, boolean, dataMap, extensibleRecord, listOf, optional, record, text } = schema

const pillarSchema = record({
  /** Grains used for this request instead of those the master keeps. Sent by a call. */
  grains: optional(anyMap),
  /** Only this environment. */
  pillarenv: optional(text(255)),
  /** The option `saltenv` of the minion. */
  saltenv: optional(text(255)),
  /** Data that takes precedence over the compiled pillar. */
  override: optional(dataMap),
  /** One external pillar, name to settings, out of those that the master lets minions request. */
  ext: optional(dataMap),
  /** Discard what `pillar_cache` has of this minion. */
  clean_cache: optional(boolean),
  /** The minion will match targets by this pillar, so the master must too. */
  held: optional(boolean),
})
/** A request for a pillar. The session determines the minion. */
export type PillarAsk = Decoded<typeof pillarSchema>

const pillarReplySchema = extensibleRecord({ pillar: dataMap })

const topsSchema = record({
  /** Grains used for this request instead of those the master keeps. Sent by a call. */
  grains: optional(anyMap),
})

const topsReplySchema = extensibleRecord({ tops: dataMap })

const mineEntrySchema = record({
  name: text(255),
  data: anything,
  /** The minions that may read it; all if absent. */
  allow_tgt: optional(target),
  allow_tgt_type: optional(targetType),
})
/** One entry of the mine. */
export type MineEntry = Decoded<typeof mineEntrySchema>
const mineSchema = record({
  entries: listOf(mineEntrySchema, 1000),
  /** Remove entries under other names. */
  clear: optional(boolean),
})
const mineGetSchema = record({
  tgt: target,
  tgt_type: targetType,
  fun: functions,
})
/** A request to the mine: the minions and the names of their entries. */
export type MineQuestion = Decoded<typeof mineGetSchema>
const mineGetReplySchema = extensibleRecord({ mine: dataMap })
const mineDeleteSchema = record({ name: text(255) })

/** Loads with which minions request pillar and tops, and write and read the mine. */
export const dataLoads = {
  /** `_pillar`: the minion asks for its pillar. */
  pillarSchema,
  /** Answer to `_pillar`. */
  pillarReplySchema,
  /** `_master_tops`: the minion asks which sls files it gets beside those of top files. */
  topsSchema,
  /** Answer to `_master_tops`. */
  topsReplySchema,
  /** `_mine`: what the minion puts into the mine. */
  mineSchema,
  /** One name in it. */
  mineEntrySchema,
  /** `_mine_get`: data of the mine, of this minion and others. */
  mineGetSchema,
  /** Answer to `_mine_get`. */
  mineGetReplySchema,
  /** `_mine_delete`: a name of the minion's own is taken out of the mine. */
  mineDeleteSchema,
} as const

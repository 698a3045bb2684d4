// SPDX-License-Identifier: Apache-2.0

/** Every way of naming minions, by Salt's names. */
export const targetTypes = [
  'glob',
  'pcre',
  'list',
  'grain',
  'grain_pcre',
  'pillar',
  'pillar_pcre',
  'pillar_exact',
  'ipcidr',
  'nodegroup',
  'compound',
] as const

/** The `tgt_type` of a job: how its `tgt` is to be read. */
export type TargetType = (typeof targetTypes)[number]

/** Those that a request may hold: a range is understood, and refused with its reason. */
export const requestedTargetTypes = [...targetTypes, 'range'] as const

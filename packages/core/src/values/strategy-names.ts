// SPDX-License-Identifier: Apache-2.0

/** How Salt merges pillar, defaults and the like: the values of `pillar_source_merging_strategy`. */
export const mergeStrategies = ['smart', 'recurse', 'aggregate', 'overwrite', 'none', 'list'] as const

/** One of the ways of merging. */
export type MergeStrategy = (typeof mergeStrategies)[number]

// SPDX-License-Identifier: Apache-2.0

/**
 * Pillar: the data a master has for each of its minions, from top files and YAML files below `pillar_roots`. A minion
 * without a master compiles its own, so this can be imported apart from the rest of the master.
 */
export { PillarCompiler, type PillarRequest, type PillarSettings } from './compiler.ts'

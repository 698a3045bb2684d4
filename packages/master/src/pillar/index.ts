// SPDX-License-Identifier: Apache-2.0

/**
 * Pillar: the data a master has for each of its minions, from top files and YAML files below `pillar_roots`. A minion
 * without a master compiles its own, so this can be imported apart from the rest of the master.
 */
export { PillarCompiler } from './compiler.ts'
export { type LocalPillarOptions, localPillar } from './local-pillar.ts'
export { type PillarRequest, type PillarServices, type PillarSettings, pillarSettings } from './settings.ts'

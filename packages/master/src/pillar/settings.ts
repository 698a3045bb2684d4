// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  isMap,
  type Logger,
  type MergeStrategy,
  type MinionId,
  mergeStrategies,
  silentLog,
} from '@halite/core'
import type { OrchestrationCalls, PillarCheckouts, Registry } from '@halite/loader'
import type { Facts, Nodegroups } from '@halite/targeting'

/** What pillar is compiled by. */
export interface PillarSettings {
  /** The option `pillar_roots`: environment → directories. */
  readonly roots: Readonly<Record<string, readonly string[]>>
  /** The option `state_top`, without `salt://`; default `top.sls`. */
  readonly topFile?: string
  readonly nodegroups?: Nodegroups
  /** The option `pillar_safe_render_error`: what is wrong in a file is only logged; default true. */
  readonly safeRenderError?: boolean
  /** The option `pillar_merge_lists`; default false. */
  readonly mergeLists?: boolean
  /** The option `pillar_source_merging_strategy`; default smart. */
  readonly strategy?: MergeStrategy
  /** The option `pillar_includes_override_sls`; default false. */
  readonly includesOverride?: boolean
  /** The option `pillarenv`: for a minion that names none. */
  readonly pillarenv?: string
  /** The option `pillarenv_from_saltenv`; default false. */
  readonly pillarenvFromSaltenv?: boolean
  /** The option `pillar_opts`: each minion is given `opts`; default false. */
  readonly givesOptions?: boolean
  /** The option `ext_pillar`. */
  readonly external?: readonly unknown[]
  readonly externalFirst?: boolean
  /** The option `exclude_ext_pillar`. */
  readonly excluded?: readonly string[]
  /** The option `on_demand_ext_pillar`. */
  readonly onDemand?: readonly string[]
  readonly decrypt?: DecryptSettings
  /** The option `renderer`; default `jinja|yaml`. */
  readonly renderer?: string
  /** What templates see as `opts`. */
  readonly opts?: Readonly<Record<string, unknown>>
  /** External pillars, and the functions of templates; without it there are none of the first and few of the others. */
  readonly registry?: (grains: Facts) => Registry | Promise<Registry>
  /** Where renderers are found, which no grain decides about: the same registry until modules change. Default `registry`. */
  readonly modules?: () => Registry | Promise<Registry> | undefined
  /** What functions of templates are provided with. */
  readonly services?: PillarServices
  readonly log?: Logger
}

/** The options `decrypt_pillar…`. */
export interface DecryptSettings {
  /** Paths, or maps of a path to renderers. */
  readonly keys: readonly unknown[] | DataMap
  readonly delimiter: string
  readonly fallback: string
  readonly allowed: readonly string[]
}

/** Data of the mine that the pillar of a minion is made from: only what that minion may read. */
export interface MineWanted {
  readonly id: MinionId
  readonly tgt: string | readonly string[]
  readonly tgtType: string
  readonly fun: string | readonly string[]
}

/** Remotes of git as `ext_pillar` has them, and the environments that a minion asks for. */
export interface CheckOutWanted {
  readonly remotes: readonly unknown[]
  readonly pillarenv: string | undefined
  readonly saltenv: string | undefined
}

/** What the master provides to what runs while pillar is compiled. */
export interface PillarServices {
  /** Data of the mine: id → value. Absent without a master. */
  readonly mineGet?: (wanted: MineWanted) => Promise<DataMap>
  /** Runs a runner or a wheel function for a template. Absent without a master. */
  readonly callMaster?: OrchestrationCalls['callMaster']
  /** The directories of remotes. Rejects with `CONFIG_INVALID` for remotes that no `ext_pillar` names. */
  readonly checkOut?: (wanted: CheckOutWanted) => Promise<PillarCheckouts>
}

/** Whose pillar, and by which facts top files select it. */
export interface PillarRequest {
  readonly id: MinionId
  readonly grains: Facts
  /** Only this environment. */
  readonly pillarenv?: string | undefined
  /** The environment of states that the minion is set to. */
  readonly saltenv?: string | undefined
  /** What wins over everything: `pillar=` at run time. */
  readonly override?: DataMap | undefined
  /** An external pillar that the minion asks for: name → settings. */
  readonly ext?: DataMap | undefined
}

/** The settings as options of master and masterless minion have them. */
export function pillarSettings(options: Readonly<Record<string, unknown>>): PillarSettings {
  const text = (name: string): string => (typeof options[name] === 'string' ? String(options[name]) : '')
  const names = (name: string) => (Array.isArray(options[name]) ? options[name].map(String) : [])
  const strategy = mergeStrategies.find((known) => known === options['pillar_source_merging_strategy'])
  const keys = options['decrypt_pillar']
  const external = options['ext_pillar']
  return {
    // The table of options says so of both.
    roots: options['pillar_roots'] as PillarSettings['roots'],
    topFile:
      text('state_top')
        .replace(/^salt:\/\//, '')
        .replace(/^\/+/, '') || 'top.sls',
    nodegroups: (options['nodegroups'] ?? {}) as Nodegroups,
    safeRenderError: options['pillar_safe_render_error'] !== false,
    mergeLists: options['pillar_merge_lists'] === true,
    ...(strategy === undefined ? {} : { strategy }),
    includesOverride: options['pillar_includes_override_sls'] === true,
    pillarenv: text('pillarenv'),
    pillarenvFromSaltenv: options['pillarenv_from_saltenv'] === true,
    givesOptions: options['pillar_opts'] === true,
    external: Array.isArray(external) ? external : [],
    externalFirst: options['ext_pillar_first'] === true,
    excluded: names('exclude_ext_pillar'),
    onDemand: names('on_demand_ext_pillar'),
    decrypt: {
      keys: Array.isArray(keys) || isMap(keys) ? keys : [],
      delimiter: text('decrypt_pillar_delimiter') || ':',
      fallback: text('decrypt_pillar_default') || 'gpg',
      allowed: names('decrypt_pillar_renderers'),
    },
    ...(text('renderer') === '' ? {} : { renderer: text('renderer') }),
    opts: { ...options },
    log: silentLog,
  }
}

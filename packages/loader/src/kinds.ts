// SPDX-License-Identifier: Apache-2.0

import type { ExternalPillar } from './external-pillar.ts'
import { type MasterTops, topsProblem } from './master-tops.ts'
import type { Grain, Module, Outputter } from './module.ts'
import {
  functionsProblem,
  grainProblem,
  outputterProblem,
  pillarProblem,
  type Rule,
  statesProblem,
} from './module-rules.ts'
import { type Renderer, rendererProblem } from './renderer.ts'
import { type SdbDriver, sdbProblem } from './sdb-driver.ts'
import type { StateModule } from './state-module.ts'

/** Which side of the fleet has modules of a kind. */
export type Side = 'minion' | 'master'

/**
 * Where the code of a kind runs: in an executor, in a thread of the master that may be lost, in a daemon, or in the tool that prints. A daemon runs no function or object
 * of another kind, but for functions marked `inline`; code of a site module runs in no daemon, whatever its kind.
 */
export type RunsIn = 'executor' | 'thread' | 'daemon' | 'tool'

/** The reference page of a kind. */
export interface KindDocs {
  readonly title: string
  readonly introduction: readonly string[]
  /** What one module is called in the head of the table. */
  readonly one: string
  /** Of a kind with functions: the folder of pages, one a module. Of another one: the page itself, without its ending. */
  readonly path: string
  /** Of a kind with functions: how the page of a module is called, before its name. */
  readonly pageTitle?: string
}

/**
 * A kind of modules. Its name is the folder of the built-in ones in `packages/modules/src`; `T` is what a file exports. A
 * kind of Salt that is not built yet has its synced names alone: its files are synced, and nothing loads them.
 */
export interface Kind<T, H extends Holds = Holds, B extends boolean = boolean> {
  readonly built: B
  readonly holds: H
  /** The folder of site modules below a directory of them; in a file root it is `_<folder>`. */
  readonly folder: string
  /** What `saltutil.sync_<name>` and the map of `saltutil.sync_all` call it; absent where Salt syncs none. */
  readonly sync?: string
  /** Who can sync it: `saltutil` of minions, and the runner `saltutil`. */
  readonly sides: readonly Side[]
  readonly runsIn?: RunsIn
  /** The rule that an object breaks, beside those of all kinds. */
  readonly problem?: Rule
  readonly docs?: KindDocs
  /** The option that lists modules of the kind which do not load. */
  readonly disabledBy?: string
  /** Never set: lets the compiler know what a file exports. */
  readonly exported?: T
}

/** Whether a module of a kind holds functions, or is itself one object. */
export type Holds = 'functions' | 'object'

type Words<T, H extends Holds> = Omit<Kind<T, H>, 'built' | 'holds' | 'exported'>

function functions<T>(words: Words<T, 'functions'>): Kind<T, 'functions', true> {
  return { built: true, holds: 'functions', problem: functionsProblem, ...words }
}

function object<T>(words: Words<T, 'object'>): Kind<T, 'object', true> {
  return { built: true, holds: 'object', ...words }
}

function notBuilt(
  folder: string,
  sides: readonly Side[],
  sync: string | null = folder,
): Kind<never, 'object', false> {
  return { built: false, holds: 'object', folder, sides, ...(sync === null ? {} : { sync }) }
}

const both: readonly Side[] = ['minion', 'master']

/** Every kind of module. What is known of kinds elsewhere follows from here. */
export const kinds = {
  execution: functions<Module>({
    folder: 'modules',
    sync: 'modules',
    sides: both,
    runsIn: 'executor',
    disabledBy: 'disable_modules',
    docs: {
      path: 'modules',
      title: 'Execution modules',
      one: 'Module',
      introduction: [
        "What runs on minions: `salt '*' <module>.<function>`, and on a machine of its own with `salt-call`. On a minion",
        '`sys.doc` prints the same texts, of the modules that load there.',
      ],
    },
  }),
  grains: object<Grain>({
    folder: 'grains',
    sync: 'grains',
    sides: both,
    runsIn: 'daemon',
    problem: grainProblem,
    disabledBy: 'disable_grains',
    docs: {
      path: 'grains',
      title: 'Grains',
      one: 'Grain',
      introduction: [
        'Facts about a minion that rarely change: `salt <id> grains.items`. A key that does not apply to a machine is absent.',
        'Those marked with * take long or ask the network; they are there shortly after the minion has connected.',
      ],
    },
  }),
  outputters: object<Outputter>({
    folder: 'output',
    sync: 'output',
    sides: both,
    runsIn: 'tool',
    problem: outputterProblem,
    docs: {
      path: 'outputters',
      title: 'Outputters',
      one: 'Outputter',
      introduction: ['How results are printed: `--out <name>`, or the option `output`.'],
    },
  }),
  returners: object<{ readonly name: string; readonly doc: string }>({
    folder: 'returners',
    sync: 'returners',
    sides: both,
    runsIn: 'executor',
    disabledBy: 'disable_returners',
  }),
  states: functions<StateModule>({
    folder: 'states',
    sync: 'states',
    sides: both,
    runsIn: 'executor',
    problem: statesProblem,
    disabledBy: 'disable_states',
    docs: {
      path: 'states',
      title: 'State modules',
      one: 'Module',
      pageTitle: 'The state module ',
      introduction: [
        'What sls files ask for: `<id>: {<module>.<function>: [<argument>: <value>]}`, and one at a time',
        '`salt <id> state.single <module>.<function> <name>`. Every state has the argument `name`, by default its id.',
      ],
    },
  }),
  runners: functions<Module>({
    folder: 'runners',
    sync: 'runners',
    sides: ['master'],
    runsIn: 'executor',
    docs: {
      path: 'runners',
      title: 'Runners',
      one: 'Runner',
      pageTitle: 'The runner ',
      introduction: ['What runs on the master: `salt-run <runner>.<function>`.'],
    },
  }),
  wheel: functions<Module>({
    folder: 'wheel',
    sync: 'wheel',
    sides: ['master'],
    runsIn: 'daemon',
    docs: {
      path: 'wheel',
      title: 'Wheel modules',
      one: 'Module',
      pageTitle: 'The wheel module ',
      introduction: ['What changes the master itself, for the client API; `salt-key` uses the module `key`.'],
    },
  }),
  renderers: object<Renderer>({
    folder: 'renderers',
    sync: 'renderers',
    sides: both,
    runsIn: 'executor',
    problem: rendererProblem,
    docs: {
      path: 'renderers',
      title: 'Renderers',
      one: 'Renderer',
      introduction: [
        'From the text of a file to its data, one step each: the first line of a file names them, `#!jinja|yaml`, else the option',
        '`renderer`. [More](../operate/write-templates.md)',
      ],
    },
  }),
  pillar: object<ExternalPillar>({
    folder: 'pillar',
    sync: 'pillar',
    sides: both,
    runsIn: 'thread',
    problem: pillarProblem,
    docs: {
      path: 'ext-pillars',
      title: 'External pillars',
      one: 'Name',
      introduction: [
        'Where pillar comes from beside files: the option `ext_pillar` names them in their order.',
      ],
    },
  }),
  sdb: object<SdbDriver>({
    folder: 'sdb',
    sync: 'sdb',
    sides: both,
    runsIn: 'executor',
    problem: sdbProblem,
    docs: {
      path: 'sdb',
      title: 'Drivers of sdb',
      one: 'Driver',
      introduction: [
        'Where `sdb://<profile>/<key>` looks: a profile is an option, or a key of the pillar, that names its `driver`. The functions are those of',
        'the execution module [sdb](modules/sdb.md).',
      ],
    },
  }),
  tops: object<MasterTops>({
    folder: 'tops',
    sync: 'tops',
    sides: both,
    runsIn: 'executor',
    problem: topsProblem,
    docs: {
      path: 'tops',
      title: 'Master tops',
      one: 'Name',
      introduction: [
        'What says beside the top files which sls files a minion gets: the option `master_tops` names them. [More](../operate/apply-states.md#master-tops)',
      ],
    },
  }),
  beacons: notBuilt('beacons', ['minion']),
  engines: notBuilt('engines', both),
  log_handlers: notBuilt('log_handlers', ['minion']),
  proxy: notBuilt('proxy', both, 'proxymodules'),
  matchers: notBuilt('matchers', ['minion']),
  executors: notBuilt('executors', both),
  thorium: notBuilt('thorium', both),
  serializers: notBuilt('serializers', both),
  clouds: notBuilt('clouds', both),
  wrapper: notBuilt('wrapper', both),
  queues: notBuilt('queues', ['master']),
  cache: notBuilt('cache', ['master']),
  fileserver: notBuilt('fileserver', ['master']),
  roster: notBuilt('roster', ['master']),
  tokens: notBuilt('tokens', ['master'], 'eauth_tokens'),
  auth: notBuilt('auth', ['master'], null),
} satisfies Readonly<Record<string, Kind<unknown>>>

type Kinds = typeof kinds

/** Every kind by name, as a table to walk over. */
export const kindTable: Readonly<Record<keyof Kinds, Kind<unknown>>> = kinds

type NamesOf<Wanted> = { [K in keyof Kinds]: Kinds[K] extends Wanted ? K : never }[keyof Kinds]

/** The kinds that can be loaded. */
export type ModuleKind = NamesOf<Kind<unknown, Holds, true>>

/** The kinds whose modules hold functions; the others are one object each. */
export type FunctionKind = NamesOf<Kind<unknown, 'functions', true>>

/** What a file of each kind exports. */
export type KindObjects = { readonly [K in ModuleKind]: NonNullable<Kinds[K]['exported']> }

/** The names of the kinds that can be loaded, in the order of the table. */
export const moduleKinds: readonly ModuleKind[] = kindNames(({ built }) => built) as readonly ModuleKind[]

/** Those of them whose modules hold functions. */
export const functionKinds: readonly FunctionKind[] = kindNames(
  ({ built, holds }) => built && holds === 'functions',
) as readonly FunctionKind[]

/** Whether a kind is one whose modules hold functions. */
export function isFunctionKind(kind: ModuleKind): kind is FunctionKind {
  return kinds[kind].holds === 'functions'
}

/** Whether a daemon itself may run what it loads of this kind. */
export function runsInDaemon(kind: ModuleKind): boolean {
  return kindTable[kind].runsIn === 'daemon'
}

/** A folder of files that modules import and that are none themselves. */
export const sharedSiteFolder = 'utils'

/** A folder of file roots that is synced, `_<folder>`, and what its sync is called. */
export interface SyncedFolder {
  readonly folder: string
  readonly sync: string
}

/** What `saltutil` of a side syncs, sorted: the folders of kinds, those that are not built yet too, and the shared one. */
export function syncedFolders(side: Side): readonly SyncedFolder[] {
  const ofKinds = Object.values(kindTable).flatMap(({ sides, sync, folder }) =>
    sync !== undefined && sides.includes(side) ? [{ folder, sync }] : [],
  )
  const shared = { folder: sharedSiteFolder, sync: sharedSiteFolder }
  return [...ofKinds, shared].sort((a, b) => (a.sync < b.sync ? -1 : 1))
}

function kindNames(wanted: (kind: Kind<unknown>) => boolean): string[] {
  return Object.entries(kindTable).flatMap(([name, kind]) => (wanted(kind) ? [name] : []))
}

// SPDX-License-Identifier: Apache-2.0
import type { ExternalPillar } from './external-pillar.ts'
import { functionKind, type Holds, type Kind, objectKind, type Side, unbuiltKind } from './kind.ts'
import type { MasterTops } from './master-tops.ts'
import type { Grain, Module, Outputter } from './module.ts'
import { grainProblem, requiresFunction, statesProblem } from './module-rules.ts'
import type { Renderer } from './renderer.ts'
import type { SdbDriver } from './sdb-driver.ts'
import type { StateModule } from './state-module.ts'

const both: readonly Side[] = ['minion', 'master']

/** Every kind of module: the manifest, the loader, synchronization and the docs follow from this table. */
export const kinds = {
  execution: functionKind<Module>({
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
  grains: objectKind<Grain>({
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
  outputters: objectKind<Outputter>({
    folder: 'output',
    sync: 'output',
    sides: both,
    runsIn: 'tool',
    problem: requiresFunction('render'),
    docs: {
      path: 'outputters',
      title: 'Outputters',
      one: 'Outputter',
      introduction: ['How results are printed: `--out <name>`, or the option `output`.'],
    },
  }),
  returners: objectKind<{ readonly name: string; readonly doc: string }>({
    folder: 'returners',
    sync: 'returners',
    sides: both,
    runsIn: 'executor',
    disabledBy: 'disable_returners',
  }),
  states: functionKind<StateModule>({
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
  runners: functionKind<Module>({
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
  wheel: functionKind<Module>({
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
  renderers: objectKind<Renderer>({
    folder: 'renderers',
    sync: 'renderers',
    sides: both,
    runsIn: 'executor',
    problem: requiresFunction('render'),
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
  pillar: objectKind<ExternalPillar>({
    folder: 'pillar',
    sync: 'pillar',
    sides: both,
    runsIn: 'thread',
    problem: requiresFunction('compile'),
    docs: {
      path: 'ext-pillars',
      title: 'External pillars',
      one: 'Name',
      introduction: [
        'Where pillar comes from beside files: the option `ext_pillar` names them in their order.',
      ],
    },
  }),
  sdb: objectKind<SdbDriver>({
    folder: 'sdb',
    sync: 'sdb',
    sides: both,
    runsIn: 'executor',
    problem: requiresFunction('get'),
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
  tops: objectKind<MasterTops>({
    folder: 'tops',
    sync: 'tops',
    sides: both,
    runsIn: 'executor',
    problem: requiresFunction('top'),
    docs: {
      path: 'tops',
      title: 'Master tops',
      one: 'Name',
      introduction: [
        'What says beside the top files which sls files a minion gets: the option `master_tops` names them. [More](../operate/apply-states.md#master-tops)',
      ],
    },
  }),
  beacons: unbuiltKind('beacons', ['minion']),
  engines: unbuiltKind('engines', both),
  log_handlers: unbuiltKind('log_handlers', ['minion']),
  proxy: unbuiltKind('proxy', both, 'proxymodules'),
  matchers: unbuiltKind('matchers', ['minion']),
  executors: unbuiltKind('executors', both),
  thorium: unbuiltKind('thorium', both),
  serializers: unbuiltKind('serializers', both),
  clouds: unbuiltKind('clouds', both),
  wrapper: unbuiltKind('wrapper', both),
  queues: unbuiltKind('queues', ['master']),
  cache: unbuiltKind('cache', ['master']),
  fileserver: unbuiltKind('fileserver', ['master']),
  roster: unbuiltKind('roster', ['master']),
  tokens: unbuiltKind('tokens', ['master'], 'eauth_tokens'),
  auth: unbuiltKind('auth', ['master'], null),
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

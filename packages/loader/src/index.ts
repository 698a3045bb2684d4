// SPDX-License-Identifier: Apache-2.0

/**
 * What a module is, and how one is found and run. Modules declare their functions and arguments (`defineModule`, `fn`,
 * `arg`); the registry finds them by name and imports them late; `bind` turns an argument list from the wire into the
 * declared arguments; `runFunction` runs one as a job does, and turns each outcome into a return. Site modules are files
 * of the machine's administrators: `readSiteTree` finds them, `takeSnapshot` copies them to where they are imported.
 */
export type { Apart, ApartCall, ApartContext } from './apart.ts'
export { arg, type RequiredArg } from './arg.ts'
export type { ArgSpec, Args, Input, Values } from './arguments.ts'
export {
  bind,
  bindGiven,
  bindNamed,
  type Callable,
  type GivenArguments,
  isKeywordMap,
  keywordMap,
} from './bind.ts'
export type { BuiltInFunctions } from './built-in-functions.ts'
export { type AnyFn, checkModule, moduleProblem } from './check-module.ts'
export { collectGrains, type GrainSurroundings } from './collect-grains.ts'
export { askTops, collectTops, hasTops } from './collect-tops.ts'
export {
  type CalledResult,
  type DaemonContext,
  Failed,
  failed,
  type GrainContext,
  type JobContext,
  type Leftover,
  type Leftovers,
  type MastersContext,
  type MineContext,
  type MineEntry,
  type RunningJob,
  type WinrepoContext,
} from './context.ts'
export {
  type ContextInput,
  contextMaker,
  createContext,
  deriveContext,
} from './create-context.ts'
export {
  defineGrain,
  defineModule,
  defineOutputter,
  defineRenderer,
  defineSdb,
  type FnInput,
  fn,
} from './define.ts'
export { defineState, type StateContext, type StateFnInput, stateFn } from './define-state.ts'
export { type ArgSpecReport, argspecOf, type Documented, docOf } from './doc.ts'
export {
  definePillar,
  type ExternalPillar,
  type PillarCheckout,
  type PillarCheckouts,
  type PillarContext,
  type RenderPlace,
} from './external-pillar.ts'
export type {
  ActionReport,
  BackendChoice,
  FileserverContext,
  ServedKind,
} from './fileserver-context.ts'
export type { HeldDirectory } from './held-directory.ts'
export { type FunctionCall, type FunctionResult, runFunction } from './invoke.ts'
export type {
  BatchStatus,
  JobRange,
  JobsContext,
  ListedJob,
  RunningRun,
  StoredJob,
  StoredReturn,
} from './jobs-context.ts'
export type {
  KeyDeletion,
  KeyNames,
  KeyScope,
  KeySelection,
  KeyState,
  KeysByState,
  KeysContext,
} from './keys-context.ts'
export type { Kind, KindDocs, Side } from './kind.ts'
export {
  type FunctionKind,
  functionKinds,
  isFunctionKind,
  type KindObjects,
  kindTable,
  type ModuleKind,
  moduleKinds,
  type SyncedFolder,
  sharedSiteFolder,
  syncedFolders,
} from './kinds.ts'
export type { Late } from './late.ts'
export {
  type BackgroundOptions,
  type Machine,
  machineOfJob,
  thisMachine,
} from './machine.ts'
export type {
  FileContent,
  FileFacts,
  FileSystemFacts,
  MachineFiles,
  ReplaceFileOptions,
  WriteFileOptions,
} from './machine-files.ts'
export {
  type MachineRegistry,
  type NewRegistryValue,
  noRegistry,
  type RegistryValue,
  type RegistryView,
  type ValuesBelow,
  type WantedValue,
} from './machine-registry.ts'
export { makeSourceContext } from './make-source-context.ts'
export type {
  DescribedArg,
  DescribedFunction,
  Descriptions,
  Manifest,
  ManifestEntry,
  ModuleDescription,
  ModuleFacts,
} from './manifest.ts'
export {
  type MasterContext,
  type MasterMinionRun,
  type MineQuestionOfMaster,
  type MinionJob,
  masterFn,
  type Presence,
} from './master-context.ts'
export {
  defineTops,
  type MasterTops,
  type TopsRequest,
} from './master-tops.ts'
export type { Fn, Grain, LoadContext, Module, OutputStyle, Outputter, Reads, StatesStyle } from './module.ts'
export type { Listed } from './module-entries.ts'
export { loadVerdict } from './module-resolver.ts'
export { type Needs, needsVerdict } from './needs.ts'
export type {
  CommandOutcome,
  CommandReturn,
  EventsWish,
  MasterCall,
  MasterCallOutcome,
  MinionCommand,
  OrchestrationCalls,
  SkippedMinion,
} from './orchestration.ts'
export { wordFor } from './parse-argument.ts'
export type {
  PillarFetch,
  PillarRemoteChoice,
  PillarsContext,
  PillarTop,
  PillarWish,
} from './pillars-context.ts'
export { type Found, Registry, type RegistrySettings } from './registry.ts'
export type { Renderer, RenderScope } from './renderer.ts'
export type { LeftRun, RunJournal } from './run-journal.ts'
export type { SdbDriver } from './sdb-driver.ts'
export type { ContextBase, DerivedFacts } from './service-context.ts'
export { type CallArguments, type CallFunction, calledResult } from './services/call.ts'
export type { CompilePillar, PillarWishes } from './services/daemon.ts'
export { type FilesContext, lateFiles, noFiles } from './services/files.ts'
export type { FileSystem } from './services/fs.ts'
export { unnoted } from './services/leftovers.ts'
export type { ModuleCatalogue } from './services/modules.ts'
export type { ReportProgress } from './services/progress.ts'
export type {
  DataSource,
  RenderContext,
  RenderedData,
  RenderMaker,
  RenderSource,
  TextSource,
} from './services/render.ts'
export { programRunner, type RunPrograms, type TextOptions, type TextResult } from './services/run.ts'
export {
  asked,
  type ContextOf,
  type DaemonPart,
  fact,
  type GivenPart,
  made,
  optionalFact,
  type Scope,
  type Service,
  type ServiceTable,
} from './services/service.ts'
export type { StateFunctions } from './services/state.ts'
export {
  type DaemonServices,
  type ExecContext,
  type GivenServices,
  type Renew,
  type Services,
  services,
} from './services/table.ts'
export { shownArguments } from './shown-arguments.ts'
export { type Contract, type Signature, type SignatureInput, signature } from './signature.ts'
export { lateSiteApi, type SiteApi, type SiteFactory } from './site/api.ts'
export { checkDescription, describeModule, standInModule } from './site/describe.ts'
export { siteRoots } from './site/folders.ts'
export { loadSiteModule, type SiteModule } from './site/load-module.ts'
export { liveSiteManifest, type ReadSiteModule, readModule, siteManifest } from './site/manifest.ts'
export { removeOldSnapshots, takeSnapshot, touch as touchSnapshot } from './site/snapshot.ts'
export { readSiteTree, type SiteFile, type SiteTree } from './site/tree.ts'
export type { SourceContext } from './source-context.ts'
export type { StateCall } from './state-call.ts'
export { aggregatedBy, initialised, runHook } from './state-hooks.ts'
export type {
  AggregateCall,
  Aggregated,
  LowState,
  StateFn,
  StateModule,
  StateResult,
  StateReturn,
} from './state-module.ts'
export { plainNumbers, writtenNumber, writtenText } from './written-number.ts'
export { plainWords, wordOf, writtenWord } from './written-word.ts'

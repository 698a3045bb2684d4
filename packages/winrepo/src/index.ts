// SPDX-License-Identifier: Apache-2.0

/**
 * The Windows Software Repository without Windows: definitions of packages, the repository they make up, what is installed
 * by what the registry says, and what an installation or a removal has to run. Pure: files, the registry and programs are
 * for those who call it.
 */
export { adviceFor, type Installed } from './advice.ts'
export {
  type CommandLine,
  expandVariables,
  installCommand,
  quoteArgument,
  removeCommand,
  type Variables,
  windowsPath,
} from './command-line.ts'
export {
  type Definition,
  isOn,
  type PackageData,
  readDefinition,
  textOf,
  type VersionData,
} from './definition.ts'
export { definitionText } from './definition-text.ts'
export { type Detection, detectionOf, hasDetection } from './detection.ts'
export { fileVersionOf, type ReadRange } from './file-version.ts'
export {
  type Included,
  type Inventory,
  type InventoryOptions,
  type ProductKey,
  type ProductSource,
  type ProductValue,
  packedCode,
  productValues,
  type RegistryValue,
  softwareOf,
} from './inventory.ts'
export { type Change, changesBetween, type Outcome, outcomeOf } from './outcome.ts'
export { type Look, packagesOf } from './packages.ts'
export { type Known, needsFolder, type Plan, planInstall, planRemoval, type Step, type Wish } from './plan.ts'
export {
  emptyRepository,
  packageOf,
  type RefreshReport,
  type Repository,
  RepositoryBuilder,
  repositoryData,
  repositoryFrom,
} from './repository.ts'
export { readTaskResult, scheduledTask } from './scheduled-task.ts'
export {
  compareVersions,
  isOperator,
  latest,
  newestVersion,
  newestVersionsFirst,
  notFound,
  type Operator,
  sortedVersions,
} from './versions.ts'

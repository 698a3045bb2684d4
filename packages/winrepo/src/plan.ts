// SPDX-License-Identifier: Apache-2.0
import { isOn, type PackageData, textOf, type VersionData } from './definition.ts'
import { packageOf, type Repository } from './repository.ts'
import { latest, newestVersion } from './versions.ts'

/** What is wanted of one package; its name, or its name in Add/Remove Programs. */
export interface Wish {
  readonly name: string
  /** Default: for a name of Add/Remove Programs the version that has it, else the newest. */
  readonly version?: string | undefined
}

/** What is there to decide with. */
export interface Known {
  readonly repository: Repository
  /** Package name → installed versions. */
  readonly installed: ReadonlyMap<string, readonly string[]>
}

/** A version to install or to remove, with the file that does it. */
export interface Step {
  readonly version: string
  readonly settings: VersionData
  /** The installer or uninstaller as the definition names it. */
  readonly file: string
}

/** Either what is to be done, or what the function returns for this package; `answer` is undefined when nothing is to be done. */
export type Plan = { readonly steps: readonly Step[] } | { readonly answer: unknown }

/** Decides what `pkg.install` does for one package. */
export function planInstall(wish: Wish, known: Known, { force }: { readonly force: boolean }): Plan {
  const found = packageOf(known.repository, wish.name)
  if (found === undefined) return { answer: `Unable to locate package ${wish.name}` }
  const { name, versions } = found
  const installed = known.installed.get(name) ?? []
  const isGiven = wish.version !== undefined && wish.version !== ''
  const version = isGiven ? wish.version : versionOfFullName(versions, wish.name)
  if (version === undefined && installed.length > 0 && !force) return { answer: undefined }
  const chosen = chosenVersion(version, versions)
  if (installed.includes(chosen) && !force) return { answer: undefined }
  const settings = versions.get(chosen)
  if (settings === undefined) return { answer: { 'not found': chosen } }
  const file = textOf(settings, 'installer')
  return file === ''
    ? { answer: { 'no installer': chosen } }
    : { steps: [{ version: chosen, settings, file }] }
}

/** Decides what `pkg.remove` does for one package: without a version every installed one goes. */
export function planRemoval(wish: Wish, known: Known): Plan {
  const found = packageOf(known.repository, wish.name)
  if (found === undefined) return { answer: `Unable to locate package ${wish.name}` }
  const { name, versions } = found
  const installed = known.installed.get(name) ?? []
  if (installed.length === 0) return { answer: { current: 'not installed' } }
  const { version } = wish
  if (version !== undefined && versions.has(version) && !installed.includes(version)) {
    return { answer: { current: `${version} not installed` } }
  }
  const targets = [
    ...new Set((version === undefined ? installed : [version]).map((one) => definedBy(versions, one))),
  ]
  const unknown = targets.find((target) => !versions.has(target))
  if (unknown !== undefined) return { answer: { current: `${unknown} no definition, cannot removed` } }
  return removalOf(versions, targets)
}

function removalOf(versions: PackageData, targets: readonly string[]): Plan {
  const steps = targets.map((version): Step => {
    const settings = versions.get(version) as VersionData
    return { version, settings, file: uninstallerOf(settings) }
  })
  const without = steps.find(({ file }) => file === '')
  return without === undefined ? { steps } : { answer: { 'no uninstaller defined': without.version } }
}

/** An installer that has flags to remove what it installed is its own uninstaller. */
function uninstallerOf(settings: VersionData): string {
  const uninstaller = textOf(settings, 'uninstaller')
  if (uninstaller !== '' || textOf(settings, 'uninstall_flags') === '') return uninstaller
  return textOf(settings, 'installer')
}

function chosenVersion(version: string | undefined, versions: PackageData): string {
  const isNewest = version === undefined || (version === latest && !versions.has(latest))
  return isNewest ? newestVersion(versions.keys()) : version
}

function versionOfFullName(versions: PackageData, fullName: string): string | undefined {
  return [...versions].find(([, settings]) => textOf(settings, 'full_name') === fullName)?.[0]
}

/** Software that updates itself has versions that no file names: `latest` stands for them. */
function definedBy(versions: PackageData, installed: string): string {
  return !versions.has(installed) && versions.has(latest) ? latest : installed
}

/** Whether everything in the folder of the installer has to be fetched, which `salt://` alone can do. */
export function needsFolder({ settings, file }: Step): boolean {
  return isOn(settings, 'cache_dir') && file.startsWith('salt:')
}

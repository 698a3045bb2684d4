// SPDX-License-Identifier: Apache-2.0
import { isOn, type PackageData, textOf, type VersionData } from './definition.ts'
import { packageOf, type Repository } from './repository.ts'
import { latest, newestVersion } from './versions.ts'

/** What is wanted of one package; its name, or its name in Add/Remove Programs. */
export interface Wish {
  readonly name: string
  /** Default: for a name of Add/Remove Programs the version that has it, else the newest; several versions may have that name. */
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

/** What is to be done for one package, and what of it cannot be, or need not, as the function returns it. */
export interface Plan {
  readonly steps: readonly Step[]
  readonly answer?: unknown
}

/** Decides what `pkg.install` does for one package. */
export function planInstall(wish: Wish, known: Known, { force }: { readonly force: boolean }): Plan {
  const found = packageOf(known.repository, wish.name)
  if (found === undefined) return answered(`Unable to locate package ${wish.name}`)
  const { name, versions } = found
  const installed = known.installed.get(name) ?? []
  const candidates = name === wish.name ? [...versions.keys()] : versionsNamed(versions, wish.name)
  const [only] = name !== wish.name && candidates.length === 1 ? candidates : []
  const version = wish.version === '' ? only : (wish.version ?? only)
  if (version === undefined && installed.length > 0 && !force) return { steps: [] }
  const isNewest = version === undefined || (version === latest && !versions.has(latest))
  const chosen = isNewest ? newestVersion(candidates) : version
  if (installed.includes(chosen) && !force) return { steps: [] }
  const settings = versions.get(chosen)
  if (settings === undefined) return answered({ 'not found': chosen })
  const file = textOf(settings, 'installer')
  return file === '' ? answered({ 'no installer': chosen }) : { steps: [{ version: chosen, settings, file }] }
}

/**
 * Decides what `pkg.remove` does for one package: without a version every installed one goes. Versions that cannot be removed are in the answer,
 * and do not keep the others.
 */
export function planRemoval(wish: Wish, known: Known): Plan {
  const found = packageOf(known.repository, wish.name)
  if (found === undefined) return answered(`Unable to locate package ${wish.name}`)
  const { name, versions } = found
  const installed = known.installed.get(name) ?? []
  if (installed.length === 0) return answered({ current: 'not installed' })
  const { version } = wish
  if (version !== undefined && versions.has(version) && !installed.includes(version)) {
    return answered({ current: `${version} not installed` })
  }
  const targets = [
    ...new Set((version === undefined ? installed : [version]).map((one) => definedBy(versions, one))),
  ]
  return removalOf(versions, targets)
}

function removalOf(versions: PackageData, targets: readonly string[]): Plan {
  const undefinedOnes = targets.filter((version) => !versions.has(version)).join(', ')
  const defined = targets.flatMap((version): Step[] => {
    const settings = versions.get(version)
    return settings === undefined ? [] : [{ version, settings, file: uninstallerOf(settings) }]
  })
  const steps = defined.filter(({ file }) => file !== '')
  const without = defined.filter(({ file }) => file === '').map(({ version }) => version)
  const answer = {
    ...(undefinedOnes === '' ? {} : { current: `${undefinedOnes} no definition, cannot removed` }),
    ...(without.length === 0 ? {} : { 'no uninstaller defined': without.join(', ') }),
  }
  return Object.keys(answer).length === 0 ? { steps } : { steps, answer }
}

function answered(answer: unknown): Plan {
  return { steps: [], answer }
}

/** An installer that has flags to remove what it installed is its own uninstaller. */
function uninstallerOf(settings: VersionData): string {
  const uninstaller = textOf(settings, 'uninstaller')
  if (uninstaller !== '' || textOf(settings, 'uninstall_flags') === '') return uninstaller
  return textOf(settings, 'installer')
}

function versionsNamed(versions: PackageData, fullName: string): string[] {
  return [...versions.keys()].filter(
    (version) => textOf(versions.get(version) as VersionData, 'full_name') === fullName,
  )
}

/** Software that updates itself has versions that no file names: `latest` stands for them. */
function definedBy(versions: PackageData, installed: string): string {
  return !versions.has(installed) && versions.has(latest) ? latest : installed
}

/** Whether everything in the folder of the installer has to be fetched, which `salt://` alone can do. */
export function needsFolder({ settings, file }: Step): boolean {
  return isOn(settings, 'cache_dir') && file.startsWith('salt:')
}

// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import { comparisonOf, meets } from './comparison.ts'
import { compareDebianVersions } from './debian-version.ts'
import { textOf, type Versions } from './inventory.ts'
import { checkedRequest, checkedVersion } from './names.ts'
import { packageFile } from './package-file.ts'
import { repositoryPackages } from './repository-packages.ts'
import { isGiven, type Named, sourcePath, wantedPackages, wantedSources } from './targets.ts'

/** What apt-get is asked for, as its arguments. */
export interface InstallPlan {
  readonly installed: readonly string[]
  readonly downgraded: readonly string[]
  /** By name. */
  readonly reinstalled: ReadonlyMap<string, string>
  /** All names. */
  readonly names: ReadonlySet<string>
  readonly errors: readonly string[]
  readonly isFromFiles: boolean
}

/** What is asked for, and what is installed. */
export interface PlanRequest extends Named {
  readonly installed: Versions
  readonly saltenv: string
  readonly reinstall: boolean
  readonly ignore_epoch: boolean
}

/** A package, its argument for apt-get, and the version that this brings, where that is known. */
interface Step {
  readonly name: string
  readonly argument: string
  readonly version?: string | undefined
}

/** Decides what to install, to downgrade and to install once more. Rejects when a source is not a package. */
export async function plannedInstall(ctx: ExecContext, request: PlanRequest): Promise<InstallPlan> {
  const isFromFiles = !isGiven(request.pkgs) && isGiven(request.sources)
  const errors: string[] = []
  const steps = isFromFiles ? await fileSteps(ctx, request) : await packageSteps(ctx, request, errors)
  const plan = {
    installed: [] as string[],
    downgraded: [] as string[],
    reinstalled: new Map<string, string>(),
  }
  for (const { name, argument, version } of steps) {
    const present = textOf(request.installed, name)
    const order = version === undefined || present === '' ? 0 : compareDebianVersions(version, present)
    if (request.reinstall && present !== '' && order === 0) plan.reinstalled.set(name, argument)
    else if (order >= 0) plan.installed.push(argument)
    else plan.downgraded.push(argument)
  }
  return { ...plan, names: new Set(steps.map(({ name }) => name)), errors, isFromFiles }
}

async function fileSteps(ctx: ExecContext, request: PlanRequest): Promise<Step[]> {
  const steps: Step[] = []
  for (const [name, source] of wantedSources(ctx, request)) {
    const path = await sourcePath(ctx, { name, source, saltenv: request.saltenv })
    const found = await packageFile(ctx, path)
    steps.push({ name: found.name, argument: path, version: found.version })
  }
  return steps
}

async function packageSteps(ctx: ExecContext, request: PlanRequest, errors: string[]): Promise<Step[]> {
  const wanted = [...wantedPackages(ctx, request)].map(([name, version]) => ({
    name: checkedRequest(name),
    comparison: version === undefined ? undefined : comparisonOf(version),
  }))
  const isOpen = (operator: string) => operator !== '' && operator !== '=='
  const open = wanted.filter(({ comparison }) => comparison !== undefined && isOpen(comparison.operator))
  const available =
    open.length === 0
      ? new Map<string, readonly string[]>()
      : await repositoryPackages(
          ctx,
          open.map(({ name }) => name),
        )
  return wanted.flatMap(({ name, comparison }): Step[] => {
    if (comparison === undefined) return [{ name: bareName(name), argument: name }]
    if (!isOpen(comparison.operator)) return [stepOf(name, comparison.version)]
    const candidates = available.get(name) ?? []
    const found = candidates.find((version) => meets(version, comparison, request.ignore_epoch))
    if (found !== undefined) return [stepOf(name, found)]
    const condition = `${name}${comparison.operator}${comparison.version}`
    const there = candidates.length === 0 ? 'None' : candidates.join(', ')
    errors.push(`No version matching '${condition}' could be found (available: ${there})`)
    return []
  })
}

function stepOf(name: string, version: string): Step {
  return { name, argument: `${name}=${checkedVersion(version)}`, version }
}

/** Of `vim=9.1` and `vim/unstable`. */
function bareName(name: string): string {
  return name.replace(/[=/^].*$/, '')
}

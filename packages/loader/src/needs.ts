// SPDX-License-Identifier: Apache-2.0
import { isMap, pythonStr, valueAt } from '@halite/core'
import type { Machine } from './machine.ts'

/** One value, or any of several. */
type OneOf<T> = T | readonly T[]

/**
 * What a machine must have for a module to load. It is plain data and stands in the manifest, so that nothing has to be
 * imported to decide. All that is named must hold.
 */
export interface Needs {
  /** Grain `os_family`: `Debian`, `RedHat`, … */
  readonly os_family?: OneOf<string>
  /** The system, as `process.platform` names it. */
  readonly platform?: OneOf<NodeJS.Platform>
  /** Programs in the search path: each, or of a list within the list any. */
  readonly programs?: readonly OneOf<string>[]
  /** Option → its value; `true` stands for any that is true. */
  readonly options?: Readonly<Record<string, OneOf<unknown>>>
  /** Grain → its value. */
  readonly grains?: Readonly<Record<string, OneOf<unknown>>>
  /** Whether SELinux has to be on, as the grain `selinux` says. */
  readonly selinux?: boolean
  /** Of a module that Salt has and this version has not: what to do instead. It loads nowhere, and says so. */
  readonly unsupported?: string
}

/** What a decision is made by. */
export interface NeedsContext {
  readonly grains: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
  readonly machine: Pick<Machine, 'platform' | 'find'>
}

/** True when a machine has all of it; otherwise what is missing, in words. */
export function needsVerdict(needs: Needs, context: NeedsContext): true | string {
  const missing = Object.entries(checks).map(([name, check]) => {
    // Each check is given the part of its own name.
    const wanted = needs[name as keyof Needs] as never
    return wanted === undefined ? undefined : check(wanted, context)
  })
  return missing.find((problem) => problem !== undefined) ?? true
}

/** The rule that conditions break, in words; undefined when they can be evaluated. `allowed` limits what they may name. */
export function needsProblem(
  needs: unknown,
  allowed: readonly string[] = Object.keys(checks),
): string | undefined {
  if (typeof needs !== 'object' || needs === null || Array.isArray(needs)) return 'needs must be a map'
  const unknown = Object.keys(needs).find((name) => !allowed.includes(name))
  if (unknown !== undefined) {
    return `needs has no ${unknown}; there are ${allowed.join(', ')}`
  }
  const { programs, options, grains, selinux, unsupported } = needs as Needs
  if (selinux !== undefined && typeof selinux !== 'boolean') return 'needs.selinux must be true or false'
  if (unsupported !== undefined && !isText(unsupported)) return 'needs.unsupported must be text'
  if (programs !== undefined && !(Array.isArray(programs) && programs.flat().every(isText)))
    return 'needs.programs must list names'
  for (const [name, map] of Object.entries({ options, grains })) {
    if (map !== undefined && (typeof map !== 'object' || map === null || Array.isArray(map)))
      return `needs.${name} must be a map`
  }
  return undefined
}

type Check<K extends keyof Needs> = (
  wanted: NonNullable<Needs[K]>,
  context: NeedsContext,
) => string | undefined

const checks: { readonly [K in keyof Required<Needs>]: Check<K> } = {
  os_family: (wanted, { grains }) => mismatch('the os_family', wanted, grains['os_family']),
  platform: (wanted, { machine }) => mismatch('the platform', wanted, machine.platform),
  programs: (wanted, { machine }) => {
    const missing = wanted.find((names) => !listOf(names).some((name) => machine.find(name) !== undefined))
    if (missing === undefined) return undefined
    const names = listOf(missing)
    return `${names.join(' or ')} ${names.length === 1 ? 'is' : 'are'} not in the search path`
  },
  options: (wanted, { options }) => firstMismatch('the option', wanted, options),
  grains: (wanted, { grains }) => firstMismatch('the grain', wanted, grains),
  selinux: (wanted, { grains: { selinux } }) => {
    const isOn = isMap(selinux) && valueAt(selinux, 'enabled') === true
    if (isOn === wanted) return undefined
    return isOn
      ? 'SELinux is on, on this machine'
      : 'there is no SELinux on this machine, or it is switched off'
  },
  unsupported: (instead) => `this version does not support it; ${instead}`,
}

function firstMismatch(
  what: string,
  wanted: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
): string | undefined {
  return Object.entries(wanted)
    .map(([name, value]) => mismatch(`${what} ${name}`, value, actual[name]))
    .find((problem) => problem !== undefined)
}

function mismatch(what: string, wanted: unknown, actual: unknown): string | undefined {
  const values = listOf(wanted)
  if (values.some((value) => value === actual || (value === true && Boolean(actual)))) return undefined
  const shown = values.map((value) => pythonStr(value)).join(' or ')
  return `${what} must be ${shown}, and is ${actual === undefined ? 'not set' : pythonStr(actual)}`
}

function listOf<T>(value: OneOf<T>): readonly T[] {
  return Array.isArray(value) ? value : [value as T]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

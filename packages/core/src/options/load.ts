// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isMap, valuesOf } from '../values/maps.ts'
import { checkOptions, type UnusedOption } from './check-options.ts'
import { readConfigFiles } from './config-files.ts'
import {
  type DefaultWords,
  defaultConfigDir,
  type Environment,
  expandDefault,
  type Places,
  systemPlaces,
} from './default-paths.ts'
import { belowRoot, fromHome } from './root-dir.ts'
import { type OptionRole, type OptionsOf, optionRows } from './rows.ts'
import { path as pathType } from './value-types.ts'

/** Where options come from. */
export interface LoadOptions<Role extends OptionRole> {
  /** Directory of the main file; default: `SALT_CONFIG_DIR`, else the platform's. */
  readonly configDir?: string
  /** Values of the command line or of an embedding program; they win over every file. */
  readonly overrides?: Partial<OptionsOf<Role>> & Readonly<Record<string, unknown>>
  /** Default: the environment of this process. */
  readonly env?: Environment
}

/** Options with the words to say about them. */
export interface LoadedOptions<Role extends OptionRole> {
  /** Deeply frozen. Keys that the table does not know are kept under their names. */
  readonly options: OptionsOf<Role> & Readonly<Record<string, unknown>>
  /** One line for a missing directory: whoever named it wants to know. */
  readonly warnings: readonly string[]
  /** One line for each include that matches nothing, and for each option that is written by an old name. */
  readonly remarks: readonly string[]
  /** Options of the files that have no effect. */
  readonly unused: readonly UnusedOption[]
  /** The files that were read, in order. */
  readonly sources: readonly string[]
}

/**
 * The options of a daemon: defaults, then `<configDir>/master` or `/minion`, then the files that these include, then
 * `overrides`. Options of type path are put below `root_dir`; those in `overrides` are taken as they stand, from the
 * current directory. Throws `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with file, line, key, value and expectation.
 */
export function loadOptions<Role extends OptionRole>(
  role: Role,
  from: LoadOptions<Role> = {},
): LoadedOptions<Role> {
  const env = from.env ?? process.env
  const configDir = resolve(from.configDir ?? defaultConfigDir(env))
  const conf_file = join(configDir, role)
  const places = systemPlaces(process.platform, env)
  const defaults = defaultsOf(role, {
    ...places,
    config: configDir,
    role,
    platform: process.platform,
  })
  const overrides = checkOverrides(role, from.overrides ?? {})
  const files = readConfigFiles(
    role,
    conf_file,
    String(overrides['default_include'] ?? defaults['default_include']),
  )
  const given = { ...defaults, ...files.values, ...overrides }
  const options = {
    ...given,
    ...pathsBelowRoot(role, given, { chosen: { ...files.values, ...overrides }, places }),
    ...overriddenPaths(role, overrides),
    config_dir: configDir,
    conf_file,
  }
  return {
    options: deepFreeze(options) as LoadedOptions<Role>['options'],
    warnings: missingDirectory(configDir),
    remarks: [...new Set(files.remarks)],
    unused: files.unused,
    sources: files.sources,
  }
}

function defaultsOf(role: OptionRole, words: DefaultWords): Record<string, unknown> {
  return Object.fromEntries(
    [...optionRows(role)].map(([name, row]) => [name, expandDefault(row.default, words)]),
  )
}

/** Overrides may hold names that only the caller knows, and undefined for "not given". */
function checkOverrides(
  role: OptionRole,
  overrides: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined))
  return { ...checkOptions(role, { path: 'command line', values, lines: new Map() }).values }
}

/** Defaults inside a configuration directory of the caller's choice stay there; every other path goes below `root_dir`. */
function pathsBelowRoot(
  role: OptionRole,
  values: Readonly<Record<string, unknown>>,
  { chosen, places }: { readonly chosen: Readonly<Record<string, unknown>>; readonly places: Places },
): Record<string, unknown> {
  const root = resolve(fromHome(String(values['root_dir'])))
  const paths = pathNames(role).map((name) => {
    const { default: text } = optionRows(role).get(name) ?? {}
    const isPlaced =
      chosen[name] === undefined && isBesideConfig(text) && values['config_dir'] !== places.config
    return [name, isPlaced ? values[name] : belowRoot(root, String(values[name]), places.root)]
  })
  return { ...Object.fromEntries(paths), root_dir: root }
}

function isBesideConfig(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('<config>')
}

function overriddenPaths(
  role: OptionRole,
  overrides: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = pathNames(role).filter((name) => overrides[name] !== undefined && overrides[name] !== '')
  return Object.fromEntries(names.map((name) => [name, resolve(String(overrides[name]))]))
}

function pathNames(role: OptionRole): string[] {
  return [...optionRows(role)].filter(([, row]) => row.type === pathType).map(([name]) => name)
}

function missingDirectory(configDir: string): string[] {
  return existsSync(configDir)
    ? []
    : [`configuration directory ${configDir} does not exist; defaults are used`]
}

function deepFreeze(value: unknown): unknown {
  if (Array.isArray(value)) value.forEach(deepFreeze)
  else if (isMap(value)) valuesOf(value).forEach(deepFreeze)
  else return value
  return Object.freeze(value)
}

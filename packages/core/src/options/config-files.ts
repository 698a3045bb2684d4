// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute, resolve } from 'node:path'
import { SaltError } from '../errors.ts'
import { textKeyed } from '../values/copy.ts'
import { mergeMaps } from '../values/merge.ts'
import { type CheckedOptions, checkOptions, type UnusedOption } from './check-options.ts'
import { readConfigFile } from './config-file.ts'
import { globPaths } from './glob.ts'
import { fromHome } from './root-dir.ts'
import type { OptionRole } from './rows.ts'

/** What all configuration files of a daemon say together. */
export interface FileOptions extends Omit<CheckedOptions, 'renamed'> {
  /** The files that were read, in order. */
  readonly sources: readonly string[]
  /** Includes that match nothing, and options that are written by an old name. */
  readonly remarks: readonly string[]
}

type Values = Readonly<Record<string, unknown>>

interface Reading {
  readonly role: OptionRole
  readonly remarks: string[]
  readonly unused: UnusedOption[]
  readonly sources: string[]
  /** Files between the main file and the one being read. */
  readonly chain: readonly string[]
}

/**
 * Reads the main file, then what `default_include` names, then what `include` names. As in Salt, included files are
 * merged into one another (mappings level by level), and the result replaces what the main file says.
 * `defaultInclude` holds where the main file does not set its own. A missing main file is empty.
 */
export function readConfigFiles(role: OptionRole, mainFile: string, defaultInclude: string): FileOptions {
  const reading: Reading = { role, remarks: [], unused: [], sources: [], chain: [mainFile] }
  const main = readOne(mainFile, reading)
  const byDefault = globsOf(main['default_include'] ?? defaultInclude)
  const values = {
    ...main,
    ...readIncluded(byDefault, reading),
    ...readIncluded(globsOf(main['include']), reading, 'say when nothing matches'),
  }
  const { remarks, unused, sources } = reading
  return { values, remarks, unused, sources }
}

function readOne(path: string, { role, unused, sources, remarks }: Reading): Values {
  const file = readConfigFile(path)
  if (file === undefined) return {}
  sources.push(path)
  const checked = checkOptions(role, file)
  unused.push(...checked.unused)
  remarks.push(...checked.renamed)
  return checked.values
}

function readIncluded(
  globs: readonly string[],
  reading: Reading,
  onNone?: 'say when nothing matches',
): Values {
  let values: Values = {}
  const from = reading.chain.at(-1) as string
  for (const glob of globs) {
    const paths = globPaths(absolute(glob, dirname(from)))
    if (paths.length === 0 && onNone)
      reading.remarks.push(`${from}: 'include' names ${glob}, which matches no file`)
    for (const path of paths) values = textKeyed(mergeMaps(values, readWithIncludes(path, reading)))
  }
  return values
}

function readWithIncludes(path: string, reading: Reading): Values {
  if (reading.chain.includes(path)) {
    throw new SaltError('CONFIG_INVALID', `${path}: includes itself, by way of ${reading.chain.join(' → ')}`)
  }
  const inner = { ...reading, chain: [...reading.chain, path] }
  const own = readOne(path, inner)
  return { ...own, ...readIncluded(globsOf(own['include']), inner, 'say when nothing matches') }
}

function globsOf(include: unknown): string[] {
  const globs = Array.isArray(include) ? include : [include]
  return globs.filter((glob): glob is string => typeof glob === 'string' && glob !== '')
}

function absolute(glob: string, directory: string): string {
  const path = fromHome(glob)
  return isAbsolute(path) ? resolve(path) : resolve(directory, path)
}

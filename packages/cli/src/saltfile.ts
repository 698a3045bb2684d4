// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { isMap, messageOf, parseYaml, pythonStr, SaltError, textKeyed, valueAt } from '@halite/core'
import type { Tool } from './options/option.ts'

/**
 * The words that a Saltfile holds for a tool, `name: value` below the tool's name, as they would stand on its command line;
 * those that are typed come behind them and win. `named` is the file of `--saltfile` or `SALT_SALTFILE`, which must be there;
 * otherwise `./Saltfile`, then `~/.salt/Saltfile`. One that belongs to another user than the caller or root is left alone:
 * it would decide what a command of theirs does. Throws `CONFIG_UNREADABLE` and `CONFIG_INVALID`.
 */
export function saltfileWords(tool: Tool, named: string | undefined): string[] {
  const path = named === undefined ? usualFile() : resolve(named)
  if (path === undefined) return []
  const section = sectionOf(path, tool.name)
  return Object.entries(section).flatMap(([name, value]) => wordsOf(tool, { path, name, value }))
}

function usualFile(): string | undefined {
  return ['Saltfile', join(homedir(), '.salt', 'Saltfile')].find((path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat?.isFile() === true && [0, process.getuid?.() ?? stat.uid].includes(stat.uid)
  })
}

function sectionOf(path: string, tool: string): Readonly<Record<string, unknown>> {
  const content = parseYaml(textOf(path), path)
  if (content === null) return {}
  const section = isMap(content) ? (valueAt(content, tool) ?? {}) : undefined
  if (isMap(section)) return textKeyed(section)
  throw new SaltError(
    'CONFIG_INVALID',
    `${path}: expected the name of a tool, and \`name: value\` lines below it`,
  )
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new SaltError('CONFIG_UNREADABLE', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
}

interface Entry {
  readonly path: string
  readonly name: string
  readonly value: unknown
}

/** Salt names an option by its property: `config_dir`, `log_level`, `output_indent`. */
function wordsOf({ name: tool, options, saltOptions = [] }: Tool, { path, name, value }: Entry): string[] {
  const long = name === 'log_level_logfile' ? 'log-file-level' : name.replaceAll('_', '-')
  const all = [...Object.values(options), ...saltOptions]
  const option = all.find(({ names }) => names.includes(long) || names.includes(name))
  if (option === undefined || long === 'saltfile') {
    throw new SaltError('CONFIG_INVALID', `${path}: '${name}' is not an option of ${tool}`)
  }
  const isFlag = 'type' in option ? option.type === 'flag' : option.takesValue !== true
  if (isFlag) return value === true ? [`--${option.names[0]}`] : []
  if (value === null) return []
  const values = Array.isArray(value) ? value : [value]
  return values.map((one) => `--${option.names[0]}=${pythonStr(one)}`)
}

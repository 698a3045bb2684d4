// SPDX-License-Identifier: Apache-2.0
import {
  type LoadedOptions,
  type Logger,
  type LogLevel,
  loadOptions,
  logLevels,
  type OptionRole,
  terminalLog,
} from '@halite/core'
import type { OptionTable, OptionValues, Tool } from './options/option.ts'
import { configOverrides, type Parsed } from './options/parse.ts'
import type { configOptions, logOptionsWithoutShort } from './options/shared.ts'
import type { Terminal } from './terminal.ts'

/** What every command begins with. */
export interface Started<Role extends OptionRole> {
  readonly options: LoadedOptions<Role>['options']
  readonly log: Logger
}

type StartOptions = typeof configOptions & typeof logOptionsWithoutShort

/**
 * Reads the configuration that a command works by, and opens its log: on standard error from `-l` on, in a file when
 * `--log-file` or `--log-file-level` is given. What the configuration holds in vain is logged at level info: whoever runs a
 * command cannot do anything about it. Throws what `loadOptions` throws, and `PERMISSION_DENIED` for a log file.
 */
export function startTool<Role extends OptionRole, T extends StartOptions & OptionTable>(
  role: Role,
  { tool, parsed, terminal }: { tool: Tool<T>; parsed: Parsed<T>; terminal: Terminal },
): Started<Role> {
  const given = parsed.options as OptionValues<StartOptions>
  const loaded = loadOptions<Role>(role, {
    configDir: given.configDir,
    overrides: configOverrides(tool, parsed) as never,
  })
  const config = loaded.options as LogConfig
  const level =
    given.logLevel ?? (role === 'minion' ? config.log_level : quieter(config.log_level, 'warning'))
  const log = openLog(given, { config, level, terminal })
  for (const path of loaded.sources) log.debug('configuration read', { path })
  for (const warning of loaded.warnings) log.warning(warning)
  for (const remark of [...loaded.remarks, ...loaded.unused.map(({ text }) => text)]) log.info(remark)
  return { options: loaded.options, log }
}

interface LogConfig {
  readonly log_level: LogLevel
  readonly log_level_logfile: LogLevel | ''
  readonly log_file: string
  readonly log_format: 'text' | 'json'
}

interface Console {
  readonly config: LogConfig
  readonly level: LogLevel
  readonly terminal: Terminal
}

function openLog(given: OptionValues<StartOptions>, { config, level, terminal }: Console): Logger {
  const stream = { write: (line: string) => terminal.printError(line.replace(/\n$/, '')) }
  if (given.logFile === undefined && given.logFileLevel === undefined) return terminalLog({ level, stream })
  const { log_file: path, log_level_logfile: fileLevel, log_format: format } = config
  const followLink = given.logFile !== undefined
  return terminalLog({
    level,
    stream,
    file: { path, level: fileLevel === '' ? config.log_level : fileLevel, format, followLink },
  })
}

/**
 * What a master logs to its terminal is not what a person at a command wants to read; `quiet` still counts.
 * `salt-call` does a minion's own work, and logs as the minion does.
 */
function quieter(one: LogLevel, other: LogLevel): LogLevel {
  return logLevels.indexOf(one) > logLevels.indexOf(other) ? one : other
}

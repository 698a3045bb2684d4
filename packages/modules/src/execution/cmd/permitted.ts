// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import type { Command } from './command.ts'

/**
 * Refuses a command from outside that matches a glob of `cmd_blacklist_glob`, or none of `cmd_whitelist_glob` where that
 * option is set, with COMMAND_FAILED. A fence for the forgetful: a shell has many ways to write one command.
 */
export function checkPermitted({ options }: ExecContext, cmd: Command['cmd']): void {
  const line = typeof cmd === 'string' ? cmd : cmd.join(' ')
  const matches = (glob: string) => fnmatch(line, glob)
  const allowed = globs(options['cmd_whitelist_glob'])
  const refused = globs(options['cmd_blacklist_glob']).some(matches)
  if (!refused && (allowed.length === 0 || allowed.some(matches))) return
  throw new SaltError('COMMAND_FAILED', `The shell command "${line}" is not permitted`)
}

function globs(option: unknown): string[] {
  return Array.isArray(option) ? option.map(String) : []
}

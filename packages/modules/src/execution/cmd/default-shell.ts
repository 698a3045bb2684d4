// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'

/**
 * The shell that reads a command when the call names none: the grain `shell`, which is the `$SHELL` that the daemon or
 * `salt-call` was started with, unless the configuration sets the grain.
 */
export function defaultShell({ grains, platform }: Pick<ExecContext, 'grains' | 'platform'>): string {
  const shell = grains['shell']
  if (typeof shell === 'string' && shell !== '') return shell
  return platform === 'win32' ? 'cmd.exe' : '/bin/sh'
}
